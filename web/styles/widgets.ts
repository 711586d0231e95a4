import.meta.glob(["../widgets/*/*.css", "!../widgets/grid/*"], { eager: true });
