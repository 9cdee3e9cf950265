/**
 * Bounds how many events have been accepted while their outcomes are not stored: they are what a killed worker
 * leaves to be sent again. Together with the attempts under way, at most two are open per slot.
 */
export class OutcomeGate {
  readonly #limit: number;
  #open = 0;
  #waiting: (() => void)[] = [];

  /** @param limit the number of slots. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Call it before an attempt. @returns `undefined` if the attempt may begin now. */
  wait(): Promise<void> | undefined {
    return this.#open < this.#limit ? undefined : this.#waitForOutcome();
  }

  /** Call it when an event was accepted. */
  open(): void {
    this.#open++;
  }

  /** Call it when its outcome is stored, or cannot be. */
  close(): void {
    this.#open--;
    this.#waiting.shift()?.();
  }

  async #waitForOutcome(): Promise<void> {
    while (this.#open >= this.#limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
