/** A clock for tests of work that is done in slices. */

import { ManualClock } from "./manual_env.ts";

/** A clock that goes on by itself whenever somebody looks at it, so that a slice is over at the first look. */
export class HastyClock extends ManualClock {
  /** How often somebody has let others have their turn. */
  turns = 0;
  /** Told of each. */
  onTurn: () => void = () => {};
  #looks = 0;

  override monotonic(): number {
    return super.monotonic() + 5 * this.#looks++;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms === 0) {
      this.turns++;
      this.onTurn();
    }
    return super.sleep(ms, signal);
  }
}
