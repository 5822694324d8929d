/**
 * Wakes who waits for the log to grow.
 *
 * @module
 */

/** Appends notify it; tails wait on it. */
export class AppendSignal {
  readonly #waiting = new Set<() => void>();

  /** Wakes everyone who waits now. */
  notify(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /**
   * Resolves at the next {@linkcode AppendSignal.notify}.
   *
   * @throws the signal's reason, when it aborts first
   */
  wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(wake);
        reject(signal!.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}
