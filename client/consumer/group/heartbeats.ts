/**
 * Tells the coordinator that a member lives, for as long as its user polls (Kafka's `HeartbeatThread`).
 *
 * @module
 */

import { Alarm } from "../../network/alarm.ts";
import type { ClientEnv } from "../../kafka_client.ts";
import { type ErrorName, errorName, KafkaError } from "../../protocol/error_codes.ts";
import { heartbeat as heartbeatApi } from "../../protocol/messages/heartbeat.ts";
import { type Generation, generationText } from "./generation.ts";
import type { GroupCoordinator } from "./group_coordinator.ts";
import type { GroupSettings } from "./group_settings.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { MemberState } from "./member_state.ts";

/** What sends heartbeats. */
export interface HeartbeatsOptions {
  /** Clock, and who is told what happens. */
  readonly env: ClientEnv;
  /** The group. */
  readonly settings: GroupSettings;
  /** Where to send them. */
  readonly coordinator: GroupCoordinator;
  /** Whose they are. */
  readonly member: MemberState;
  /** When they are due. */
  readonly heartbeat: Heartbeat;
  /** The user has not polled for too long: the member leaves. */
  readonly onPollExpired: () => void;
  /** Told when the next poll has something to do. */
  readonly onChange: () => void;
}

/** Sends heartbeats while the member is in its group. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  readonly #alarm: Alarm;
  #failure: unknown;
  #isStopped = false;

  /** Sends none before the member has joined. */
  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.env.clock, () => this.#turn());
  }

  /** The member has joined. */
  joined(): void {
    const { env: { clock }, heartbeat } = this.#options;
    heartbeat.reset(clock.monotonic());
    this.#schedule();
  }

  /** The coordinator has been found: the session has its whole time again. */
  found(): void {
    const { env: { clock }, heartbeat } = this.#options;
    heartbeat.resetSession(clock.monotonic());
    this.#schedule();
  }

  /** Whether the next poll has something to throw. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** What the next poll throws, once: this member's name belongs to another instance by now. */
  takeFailure(): unknown {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Sends no more. */
  stop(): void {
    this.#isStopped = true;
    this.#alarm.stop();
  }

  #schedule(): void {
    const { env: { clock }, coordinator, heartbeat, member } = this.#options;
    if (this.#isStopped || !member.hasJoined || !coordinator.isKnown) return;
    const now = clock.monotonic();
    this.#alarm.set(now + heartbeat.nextIn(now));
  }

  #turn(): void {
    const { coordinator, env, heartbeat, member, settings, onPollExpired } = this.#options;
    if (!member.hasJoined) return;
    const now = env.clock.monotonic();
    if (coordinator.isKnown && heartbeat.isSessionExpired(now)) {
      coordinator.forget("session timed out without receiving a heartbeat response");
    }
    // When it is found, this goes on.
    if (!coordinator.isKnown) return coordinator.seek();
    if (heartbeat.isPollExpired(now)) {
      env.logger.write(
        "warn",
        "Consumer poll timeout has expired: the time between polls was longer than max.poll.interval.ms. " +
          "Increase it, or reduce max.poll.records",
        { groupId: settings.groupId, maxPollIntervalMs: settings.rebalanceTimeoutMs },
      );
      return onPollExpired();
    }
    if (heartbeat.isDue(now)) {
      heartbeat.sent(now);
      void this.#beat(member.generation);
    }
    this.#schedule();
  }

  async #beat(sent: Generation): Promise<void> {
    const { coordinator, env: { clock, logger }, heartbeat, settings } = this.#options;
    const { groupId, groupInstanceId } = settings;
    const { generationId, memberId } = sent;
    let isOfUse = false;
    try {
      const { errorCode } = await coordinator.send(heartbeatApi, () => (
        { groupId, generationId, memberId, groupInstanceId }
      ));
      isOfUse = this.#read(errorName(errorCode), sent);
    } catch (error) {
      logger.write("debug", "A heartbeat was of no use", { groupId, error });
    }
    const now = clock.monotonic();
    if (isOfUse) heartbeat.received(now);
    else heartbeat.failed(now);
    if (!coordinator.isKnown && !this.#isStopped) coordinator.seek();
    this.#schedule();
  }

  /** Takes an answer in. Returns whether the member is still in its session. */
  #read(error: ErrorName, sent: Generation): boolean {
    const { coordinator, env: { logger }, member, settings, onChange } = this.#options;
    switch (error) {
      case "NONE":
        return true;
      case "COORDINATOR_NOT_AVAILABLE":
      case "NOT_COORDINATOR":
        coordinator.forget(error);
        return false;
      case "REBALANCE_IN_PROGRESS":
        // The group waits for this member; its heartbeats count until the rebalance is over.
        if (member.phase === "stable") {
          member.requestRejoin("group is already rebalancing");
          onChange();
        }
        return true;
      case "ILLEGAL_GENERATION":
      case "UNKNOWN_MEMBER_ID":
      case "FENCED_INSTANCE_ID":
        // The answer to a heartbeat of an earlier generation says nothing of this one.
        if (member.generation !== sent) return true;
        logger.write("info", "Attempt to heartbeat failed, resetting generation", {
          groupId: settings.groupId,
          generation: generationText(sent),
          error,
        });
        member.reset(
          `encountered ${error} from HEARTBEAT response`,
          error === "ILLEGAL_GENERATION",
        );
        if (error === "FENCED_INSTANCE_ID") this.#failure = new KafkaError(error);
        onChange();
        return false;
      default:
        logger.write("warn", "Unexpected error in heartbeat response", {
          groupId: settings.groupId,
          error,
        });
        return false;
    }
  }
}
