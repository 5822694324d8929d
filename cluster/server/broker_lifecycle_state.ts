/**
 * The states of a broker from its start to its end, and what it tells the controller in them (KIP-631).
 *
 * @module
 */

import { assert } from "@std/assert";

/** Where a broker is on its way (Kafka's `BrokerState`). */
export type BrokerState =
  | "NOT_RUNNING"
  /** Registers, and follows the metadata. */
  | "STARTING"
  /** Knows the metadata, and does not lead yet. */
  | "RECOVERY"
  | "RUNNING"
  /** Has asked to be rid of its leaderships. */
  | "PENDING_CONTROLLED_SHUTDOWN"
  | "SHUTTING_DOWN";

/** The next thing that a broker has to do. */
export type LifecycleStep =
  | { readonly type: "register" }
  | { readonly type: "heartbeat"; readonly told: HeartbeatContent }
  /** The controller could not be told what it has to know in the time that there was. */
  | { readonly type: "give-up"; readonly reason: string };

/** What a heartbeat says of the broker's wishes. */
export interface HeartbeatContent {
  /** Whether it does not want to lead yet. */
  readonly wantFence: boolean;
  /** Whether it wants to stop. */
  readonly wantShutDown: boolean;
  /** Ids of log directories that have failed. */
  readonly offlineLogDirs: readonly string[];
  /** Whether the broker knows its configs, of which the controller may be told. */
  readonly isCaughtUp: boolean;
}

/** What the controller has answered to a heartbeat. */
export interface HeartbeatReply {
  /** Whether the broker knows the metadata of its registration. */
  readonly isCaughtUp: boolean;
  /** Whether it may not lead. */
  readonly isFenced: boolean;
  /** Whether it may stop. */
  readonly shouldShutDown: boolean;
}

/** Times, ms; read anew each time. */
export interface LifecycleTimes {
  /** `broker.heartbeat.interval.ms`. */
  readonly heartbeatIntervalMs: () => number;
  /** `initial.broker.registration.timeout.ms`. */
  readonly initialRegistrationTimeoutMs: () => number;
  /** `log.dir.failure.timeout.ms`. */
  readonly logDirFailureTimeoutMs: () => number;
  /** `broker.session.timeout.ms`. */
  readonly sessionTimeoutMs: () => number;
}

/** How soon the next heartbeat comes while the broker follows the metadata, ms. */
const CATCHING_UP_MS = 10;
/** How soon heartbeats come once the broker has asked to stop, ms; then as often as ever. The first answer says that the controller has begun. */
const STOPPING_MS = [0, 50];

/** Decides what a broker tells the controller, and when (Kafka's `BrokerLifecycleManager`). Times are those of the monotonic clock. */
export class BrokerLifecycleState {
  readonly #times: LifecycleTimes;
  #state: BrokerState = "NOT_RUNNING";
  #brokerEpoch = -1;
  #isRegistered = false;
  #isReadyToUnfence = false;
  #isInFlight = false;
  /** Whether what the request in flight registers is not so any more. */
  #isOutdated = false;
  /** Whether the next request follows the one in flight at once. */
  #isNextImmediate = false;
  #dueAt = Infinity;
  /** Until when the first registration has to succeed. */
  #registrationDeadline = Infinity;
  /** Log directories that have failed, and until when the controller has to know that; it does when that is infinite. */
  readonly #offlineDirs = new Map<string, number>();
  #stoppingAnswers = 0;
  /** When a controller has last answered. */
  #heardAt = -Infinity;

  /** A broker that is not started. */
  constructor(times: LifecycleTimes) {
    this.#times = times;
  }

  /** Where the broker is. */
  get state(): BrokerState {
    return this.#state;
  }

  /** The epoch of its registration; -1 before the first. */
  get brokerEpoch(): number {
    return this.#brokerEpoch;
  }

  /** Whether the controller knows the broker as it is. */
  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  /** When {@linkcode BrokerLifecycleState.next} has something to say; infinite when only an event brings that about. */
  get dueAt(): number {
    if (this.#state === "SHUTTING_DOWN" || this.#isInFlight) return Infinity;
    return Math.min(this.#dueAt, this.#registrationDeadline, ...this.#offlineDirs.values());
  }

  /** The broker starts. */
  start(now: number): void {
    assert(this.#state === "NOT_RUNNING");
    this.#state = "STARTING";
    this.#dueAt = now;
    this.#registrationDeadline = now + this.#times.initialRegistrationTimeoutMs();
  }

  /** What is to be done now; whoever asks does it, and tells what has come of it. */
  next(now: number): LifecycleStep | undefined {
    if (now < this.dueAt) return undefined;
    if (now >= this.#registrationDeadline) {
      const reason = "Shutting down because we were unable to register with the controller quorum.";
      return { type: "give-up", reason };
    }
    for (const [directory, deadline] of this.#offlineDirs) {
      if (now < deadline) continue;
      const reason =
        `Shutting down because couldn't communicate offline log dir ${directory} with controllers`;
      return { type: "give-up", reason };
    }
    this.#isInFlight = true;
    this.#dueAt = Infinity;
    return this.#isRegistered ? { type: "heartbeat", told: this.#content() } : { type: "register" };
  }

  /** The controller has registered the broker. */
  registered(brokerEpoch: number, now: number): void {
    this.#brokerEpoch = brokerEpoch;
    this.#isRegistered = true;
    this.#heardAt = now;
    this.#landed();
    this.#registrationDeadline = Infinity;
    this.#schedule(0, now);
  }

  /**
   * The controller has answered a heartbeat.
   *
   * @param told what the heartbeat said
   */
  answered(reply: HeartbeatReply, told: HeartbeatContent, now: number): void {
    this.#heardAt = now;
    this.#landed();
    for (const directory of told.offlineLogDirs) this.#offlineDirs.set(directory, Infinity);
    let delay = this.#times.heartbeatIntervalMs();
    switch (this.#state) {
      case "STARTING":
        if (reply.isCaughtUp) this.#state = "RECOVERY";
        delay = CATCHING_UP_MS;
        break;
      case "RECOVERY":
        if (!reply.isFenced) this.#state = "RUNNING";
        break;
      case "PENDING_CONTROLLED_SHUTDOWN":
        // An answer to a heartbeat from before says nothing of that.
        if (!told.wantShutDown) break;
        if (reply.shouldShutDown) this.shutDown();
        delay = STOPPING_MS[this.#stoppingAnswers++] ?? delay;
        break;
    }
    this.#schedule(delay, now);
  }

  /**
   * The controller could not be asked, or has refused. A broker that wants to stop and has not been answered for a session's time does: by then
   * others lead, or there is nobody who could have them lead.
   */
  failed(now: number): void {
    this.#landed();
    const isAlone = now - this.#heardAt >= this.#times.sessionTimeoutMs();
    if (isAlone && this.#state === "PENDING_CONTROLLED_SHUTDOWN") return this.shutDown();
    // Not at once: it would fail again.
    this.#isNextImmediate = false;
    this.#schedule(this.#times.heartbeatIntervalMs(), now);
  }

  /** The controller knows nothing of this run: somebody has unregistered it, or another one has registered. One that wants to stop then may. */
  forgotten(now: number): void {
    this.failed(now);
    if (this.#state === "PENDING_CONTROLLED_SHUTDOWN") this.shutDown();
  }

  /** The broker is ready to lead. */
  readyToUnfence(now: number): void {
    this.#isReadyToUnfence = true;
    this.#tellNow(now);
  }

  /** A log directory has failed, which the controller has to know in time. */
  directoryFailed(directory: string, now: number): void {
    if (this.#offlineDirs.has(directory)) return;
    this.#offlineDirs.set(directory, now + this.#times.logDirFailureTimeoutMs());
    if (this.#isRegistered) this.#tellNow(now);
  }

  /** Something that heartbeats tell has changed. */
  changed(now: number): void {
    if (this.#isRegistered) this.#tellNow(now);
  }

  /** What the controller knows of the broker is not so any more: it registers anew, with its epoch. */
  registrationOutdated(now: number): void {
    if (this.#isInFlight) this.#isOutdated = true;
    else this.#isRegistered = false;
    this.#tellNow(now);
  }

  /** Asks the controller whether the broker may stop; one that does not run just does. */
  beginControlledShutdown(now: number): void {
    if (this.#state === "PENDING_CONTROLLED_SHUTDOWN") return;
    if (this.#state !== "RUNNING") return this.shutDown();
    this.#state = "PENDING_CONTROLLED_SHUTDOWN";
    this.#tellNow(now);
  }

  /** Nothing is told any more. */
  shutDown(): void {
    this.#state = "SHUTTING_DOWN";
  }

  #landed(): void {
    this.#isInFlight = false;
    if (this.#isOutdated) this.#isRegistered = this.#isOutdated = false;
  }

  #content(): HeartbeatContent {
    return {
      wantFence: !this.#isReadyToUnfence,
      wantShutDown: this.#state === "PENDING_CONTROLLED_SHUTDOWN",
      offlineLogDirs: [...this.#offlineDirs.keys()],
      isCaughtUp: this.#state !== "STARTING",
    };
  }

  #tellNow(now: number): void {
    if (this.#isInFlight) this.#isNextImmediate = true;
    else this.#schedule(0, now);
  }

  #schedule(delay: number, now: number): void {
    this.#dueAt = now + (this.#isNextImmediate ? 0 : delay);
    this.#isNextImmediate = false;
  }
}
