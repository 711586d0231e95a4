/** Sums that keep the small parts which addition rounds away (Kahan's, as Neumaier improved it). */
export class Kahan {
	sum = 0;
	/** Add to {@link sum} when all is summed. */
	lost = 0;

	add(value: number): void {
		const total = this.sum + value;
		if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) this.lost = 0;
		else if (Math.abs(this.sum) >= Math.abs(value)) this.lost += this.sum - total + value;
		else this.lost += value - total + this.sum;
		this.sum = total;
	}

	get total(): number {
		return Number.isFinite(this.sum) || Number.isNaN(this.sum) ? this.sum + this.lost : this.sum;
	}
}

/** The mean, by way of the sum; one value after the other once the sum is too large for a number. */
export class KahanMean {
	readonly #kahan = new Kahan();
	#count = 0;
	#incremental = false;

	add(value: number): void {
		const kahan = this.#kahan;
		this.#count++;
		if (this.#count === 1) {
			kahan.sum = value;
			return;
		}
		if (!this.#incremental) {
			const { sum, lost } = kahan;
			kahan.add(value);
			if (Math.abs(kahan.sum) !== Number.POSITIVE_INFINITY) return;
			this.#incremental = true;
			kahan.sum = sum / (this.#count - 1);
			kahan.lost = lost / (this.#count - 1);
		}
		const share = (this.#count - 1) / this.#count;
		kahan.sum *= share;
		kahan.lost *= share;
		kahan.add(value / this.#count);
	}

	get mean(): number {
		const { sum, lost } = this.#kahan;
		return this.#incremental ? sum + lost : sum / this.#count + lost / this.#count;
	}
}
