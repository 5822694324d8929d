/**
 * Members of consumer groups, each a process with the client of another hand. A member reads its topic from what is committed, or else from
 * the start, and tells what happens to it; it commits what it has read, and leaves, when it is told to.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";

/** What a member is to join. */
export interface GroupMemberOptions {
  /** `host:port` of the broker. */
  readonly bootstrap: string;
  /** The group. */
  readonly group: string;
  /** The topic that it reads. */
  readonly topic: string;
  /** How partitions are given out. */
  readonly assignor: string;
  /** `group.instance.id`; none for a dynamic member. */
  readonly instanceId?: string;
  /** `session.timeout.ms`. */
  readonly sessionMs: number;
}

/** A record as a member has seen it: partition, offset, value. */
export type SeenRecord = readonly [partition: number, offset: number, value: string];

type MemberEvent =
  | { readonly event: "assigned"; readonly partitions: readonly number[] }
  | { readonly event: "records"; readonly records: readonly SeenRecord[] }
  | { readonly event: "committed" };

/** Longest wait for anything: a client that waits for ever must not do that to the suite. */
const LONGEST_MS = 60_000;

/** A running member. */
export class GroupMember implements AsyncDisposable {
  /** What it has in hand by its last rebalance; `undefined` before the first. */
  partitions: readonly number[] | undefined;
  /** How many rebalances it has seen. */
  rebalances = 0;
  /** What it has read, in order. */
  readonly records: SeenRecord[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #commands: WritableStreamDefaultWriter<Uint8Array>;
  readonly #done: Promise<void>;
  #change = Promise.withResolvers<void>();
  #commits = 0;
  #errors = "";
  #hasEnded = false;

  /** Starts one. */
  constructor(command: string, args: readonly string[], options: GroupMemberOptions) {
    this.#child = new Deno.Command(command, {
      args: [...args, JSON.stringify(options)],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#commands = this.#child.stdin.getWriter();
    this.#done = Promise.all([this.#readEvents(), this.#readErrors(), this.#child.status])
      .then(() => {
        this.#hasEnded = true;
        this.#changed();
      });
  }

  /** Resolves when something happens to it. */
  get change(): Promise<void> {
    return this.#change.promise;
  }

  /** Whether its process has ended. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Commits what it has read. */
  async commit(): Promise<void> {
    const before = this.#commits;
    await this.#command("commit");
    await until([this], "it has committed", () => this.#commits > before);
  }

  /** Leaves the group, and ends. */
  async leave(): Promise<void> {
    await this.#command("leave");
    await this.#done;
  }

  /** Kills it on the spot. */
  async kill(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.#done;
  }

  /** As {@linkcode GroupMember.kill}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#commands.close().catch(() => {});
  }

  async #command(text: string): Promise<void> {
    await this.#commands.write(new TextEncoder().encode(`${text}\n`));
  }

  /** What is known of it, for the message of a test that fails. */
  toString(): string {
    return `partitions ${this.partitions}, ${this.records.length} records, ${this.rebalances} ` +
      `rebalances\n${this.#errors.slice(-3000)}`;
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }

  async #readEvents(): Promise<void> {
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      const event = JSON.parse(line) as MemberEvent;
      if (event.event === "records") this.records.push(...event.records);
      else if (event.event === "committed") this.#commits++;
      else {
        this.partitions = event.partitions;
        this.rebalances++;
      }
      this.#changed();
    }
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#errors = (this.#errors + text).slice(-100_000);
    }
  }
}

/** Waits until something about members is true. */
export async function until(
  members: readonly GroupMember[],
  what: string,
  condition: () => boolean,
): Promise<void> {
  const timeout = Promise.withResolvers<"timeout">();
  const timer = setTimeout(() => timeout.resolve("timeout"), LONGEST_MS);
  try {
    while (!condition()) {
      const changes = members.map(({ change }) => change);
      const ended = members.find(({ hasEnded }) => hasEnded);
      if (ended !== undefined) throw new Error(`A member ended before ${what}: ${ended}`);
      if (await Promise.race([timeout.promise, ...changes]) === "timeout") {
        throw new Error(`Waited in vain until ${what}:\n${members.join("\n")}`);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
