/**
 * What has happened, as lines of JSON for programs that follow a tool.
 *
 * @module
 */

import { type JsonValue, toJsonText } from "../../storage/cli/decoders/json_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { Clock } from "../../storage/env.ts";

/** Prints events: each is a line, with its time and its name in front. What happens at once is written at once. */
export class JsonEvents {
  readonly #clock: Clock;
  readonly #output: LineOutput;
  #isDue = false;
  #failure: { readonly error: unknown } | undefined;

  /** Prints nothing yet. */
  constructor(clock: Clock, output: LineOutput) {
    this.#clock = clock;
    this.#output = output;
  }

  /** Prints an event. */
  print(name: string, fields: Readonly<Record<string, JsonValue>> = {}): void {
    this.#output.print(toJsonText({ timestamp: this.#clock.now(), name, ...fields }));
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#write());
  }

  /**
   * Ends who goes on though nobody reads any more.
   *
   * @throws why events could not be written
   */
  throwIfUnread(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #write(): void {
    this.#isDue = false;
    try {
      this.#output.flush();
    } catch (error) {
      // Those who print are callbacks, which have nobody to throw it to.
      this.#failure = { error };
    }
  }
}
