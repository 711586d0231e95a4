import { type JSX, Show } from "solid-js";
import type { PageContext, SignInForm } from "../page/pages.d.ts";
import { Brand } from "../shell/Brand.tsx";

export function SignInPage(props: { form: SignInForm; context: PageContext }): JSX.Element {
	const { form, context } = props;
	return (
		<main class="sign-in">
			<Brand title={context.config.title} logoUrl={context.config.logoUrl} href={`${context.root}/`} />
			<form class="panel form" method="post" action={`${context.root}/access/sign-in`}>
				<h1>Sign in</h1>
				<Show when={form.refusal}>
					{(refusal) => (
						<p class="form-refusal" role="alert">
							{refusal()}
						</p>
					)}
				</Show>
				<input type="hidden" name="next" value={form.next} />
				<label class="field">
					<span>User</span>
					<input
						name="user"
						value={form.user}
						required
						autocomplete="username"
						autocapitalize="none"
						spellcheck={false}
						autofocus={!form.user}
					/>
				</label>
				<label class="field">
					<span>Password</span>
					<input name="password" type="password" required autocomplete="current-password" autofocus={form.user !== ""} />
				</label>
				<button type="submit" class="button">
					Sign in
				</button>
			</form>
		</main>
	);
}
