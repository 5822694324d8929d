/**
 * What a broker tells the controller of itself, from its start to its end.
 *
 * @module
 */

import { withDeadline } from "../../client/network/deadline.ts";
import { Alarm } from "../../client/network/alarm.ts";
import { errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { brokerHeartbeat } from "../../client/protocol/messages/broker_heartbeat.ts";
import { brokerRegistration } from "../../client/protocol/messages/broker_registration.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { MetadataDelta } from "../controller/metadata_delta.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import { type AdvertisedEndpoint, inTheClear } from "./advertised_endpoints.ts";
import { registeredFeatures } from "./broker_features.ts";
import {
  BrokerLifecycleState,
  type BrokerState,
  type HeartbeatContent,
  type LifecycleStep,
} from "./broker_lifecycle_state.ts";
import type { ControllerChannel } from "./controller_channel.ts";

/** What a {@linkcode BrokerLifecycle} is made of. */
export interface BrokerLifecycleOptions {
  /** Clock, logger and randomness. */
  readonly env: Pick<Env, "clock" | "logger" | "random">;
  /** The configs. */
  readonly config: BrokerConfig;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** To the controller; nobody else uses it, and it ends with the lifecycle. */
  readonly channel: ControllerChannel;
  /** The metadata as far as the broker has followed it. */
  readonly image: () => Pick<MetadataImage, "offset" | "metadataVersion">;
  /** Has the log directories. */
  readonly logManager: Pick<LogManager, "liveLogDirs" | "cordonedLogDirs" | "directoryId">;
  /** Where clients find the broker, as it is at the time. */
  readonly endPoints: () => readonly AdvertisedEndpoint[];
  /** The epoch that the broker had when it last stopped cleanly; `undefined` when it did not. */
  readonly previousBrokerEpoch: number | undefined;
  /** Told when the broker cannot go on, as the controller does not hear of it. */
  readonly onFatal: (error: Error) => void;
}

/** Registers a broker, keeps the registration true, and sends heartbeats: what {@linkcode BrokerLifecycleState} wants. */
export class BrokerLifecycle {
  readonly #options: BrokerLifecycleOptions;
  readonly #incarnationId: string;
  readonly #state: BrokerLifecycleState;
  readonly #alarm: Alarm;
  readonly #waiting = new Set<{ readonly isOver: () => boolean; readonly resolve: () => void }>();
  readonly #ended = new AbortController();
  #previousBrokerEpoch: number | undefined;
  #unfollow: () => void = () => {};
  #telling: Promise<void> | undefined;

  /** A broker that nobody knows of yet. */
  constructor(options: BrokerLifecycleOptions) {
    this.#options = options;
    const { env: { clock, random }, config } = options;
    this.#incarnationId = randomUuid(random);
    this.#previousBrokerEpoch = options.previousBrokerEpoch;
    this.#state = new BrokerLifecycleState({
      heartbeatIntervalMs: () => config.int("broker.heartbeat.interval.ms"),
      initialRegistrationTimeoutMs: () => config.int("initial.broker.registration.timeout.ms"),
      logDirFailureTimeoutMs: () => config.long("log.dir.failure.timeout.ms"),
      sessionTimeoutMs: () => config.int("broker.session.timeout.ms"),
    });
    this.#alarm = new Alarm(clock, () => this.#work());
  }

  /** The epoch of the registration; -1 before it. */
  get brokerEpoch(): number {
    return this.#state.brokerEpoch;
  }

  /** Where the broker is on its way. */
  get state(): BrokerState {
    return this.#state.state;
  }

  /**
   * Registers the broker. Resolves when it has followed the metadata as far as its registration.
   *
   * @throws {KafkaError} when the controller cannot be asked for `initial.broker.registration.timeout.ms`, or refuses for as long
   */
  async start(): Promise<void> {
    const { config } = this.#options;
    this.#change((now) => this.#state.start(now));
    this.#unfollow = config.subscribe(
      ["cordoned.log.dirs"],
      () => this.#change((now) => this.#state.changed(now)),
    );
    await this.#until(() => this.#state.state !== "STARTING");
  }

  /** Says that the broker is ready to lead. Resolves when it may. */
  async readyToUnfence(): Promise<void> {
    this.#change((now) => this.#state.readyToUnfence(now));
    await this.#until(() => this.#state.state === "RUNNING");
  }

  /** Registers the broker anew when clients find it elsewhere than before: with the same epoch, as it is the same run. */
  async endpointsChanged(): Promise<void> {
    this.#change((now) => this.#state.registrationOutdated(now));
    await this.#until(() => this.#state.isRegistered);
  }

  /**
   * Looks at new metadata. A registration from before brokers told their log directories is sent again when the cluster can do with them (Kafka's
   * `BrokerRegistrationTracker`).
   */
  follow(
    { featuresChanged, changedBrokers, isWhole }: MetadataDelta,
    { cluster, metadataVersion }: Pick<MetadataImage, "cluster" | "metadataVersion">,
  ): void {
    const { nodeId } = this.#options.config;
    if (!isWhole && !featuresChanged && !changedBrokers.has(nodeId)) return;
    const { directoryAssignment } = metadataVersionAbilities(metadataVersion);
    if (!directoryAssignment || cluster.brokers.get(nodeId)?.logDirs.length !== 0) return;
    this.#change((now) => this.#state.registrationOutdated(now));
  }

  /** A log directory has failed: others lead what is in it as soon as the controller hears that. */
  directoryFailed(directoryId: string): void {
    this.#change((now) => this.#state.directoryFailed(directoryId, now));
  }

  /** Has others lead from here on. Resolves when the controller lets the broker stop, or that has taken too long. */
  async controlledShutdown(timeoutMs: number): Promise<void> {
    const { env: { clock, logger } } = this.#options;
    this.#change((now) => this.#state.beginControlledShutdown(now));
    const stopped = new AbortController();
    const late = clock.sleep(timeoutMs, stopped.signal).then(() => "late", () => undefined);
    const isLate = await Promise.race([late, this.#until(() => false).catch(() => undefined)]);
    stopped.abort();
    if (isLate) {
      logger.write("error", "Timed out waiting for the controller to approve controlled shutdown", {
        timeoutMs,
      });
    }
  }

  /** Tells nothing any more. */
  async shutdown(): Promise<void> {
    this.#end(new KafkaError("BROKER_NOT_AVAILABLE", "The broker is shutting down"));
    await this.#options.channel.shutdown();
    await this.#telling;
  }

  get #hasEnded(): boolean {
    return this.#state.state === "SHUTTING_DOWN";
  }

  #now(): number {
    return this.#options.env.clock.monotonic();
  }

  #change(change: (now: number) => void): void {
    change(this.#now());
    this.#work();
  }

  /** Does what is due, and has itself woken for what is not. */
  #work(): void {
    for (const waiting of this.#waiting) {
      if (waiting.isOver()) waiting.resolve();
    }
    if (this.#hasEnded) {
      return this.#end(new KafkaError("BROKER_NOT_AVAILABLE", "The broker is shutting down"));
    }
    const step = this.#state.next(this.#now());
    if (step !== undefined) this.#do(step);
    else this.#alarm.set(this.#state.dueAt);
  }

  #do(step: LifecycleStep): void {
    switch (step.type) {
      case "register":
        this.#telling = this.#told(this.#register());
        return;
      case "heartbeat":
        this.#telling = this.#told(this.#heartbeat(step.told));
        return;
      case "give-up": {
        const error = new KafkaError("BROKER_NOT_AVAILABLE", step.reason);
        this.#options.env.logger.write("error", step.reason, {});
        const isStarting = this.#state.state === "STARTING";
        this.#end(error);
        // Whoever starts it is told.
        if (!isStarting) this.#options.onFatal(error);
      }
    }
  }

  async #told(telling: Promise<void>): Promise<void> {
    const { env: { logger }, config: { nodeId } } = this.#options;
    try {
      await telling;
    } catch (error) {
      if (this.#hasEnded) return;
      logger.write("warn", "Could not tell the controller of this broker; retrying", {
        broker: nodeId,
        state: this.#state.state,
        error,
      });
      const isForgotten = error instanceof KafkaError && error.code === "STALE_BROKER_EPOCH";
      if (isForgotten) this.#state.forgotten(this.#now());
      else this.#state.failed(this.#now());
      if (!isForgotten && this.#hasEnded) {
        logger.write("warn", "No controller answers: stopping without asking any further", {
          broker: nodeId,
        });
      }
    }
    this.#work();
  }

  async #register(): Promise<void> {
    const { env: { logger }, config, channel, clusterId, logManager, endPoints } = this.#options;
    const { errorCode, brokerEpoch } = await channel.send(brokerRegistration, {
      brokerId: config.nodeId,
      clusterId,
      incarnationId: this.#incarnationId,
      listeners: endPoints().map(inTheClear),
      features: registeredFeatures(config.boolean("unstable.feature.versions.enable")),
      rack: config.string("broker.rack") ?? null,
      logDirs: logManager.liveLogDirs.map((path) => logManager.directoryId(path)!).sort(),
      previousBrokerEpoch: this.#previousBrokerEpoch ?? -1,
    });
    if (errorCode !== 0) throw new KafkaError(errorName(errorCode));
    logger.write("info", "Registered the broker", { broker: config.nodeId, brokerEpoch });
    this.#state.registered(brokerEpoch, this.#now());
  }

  async #heartbeat(told: HeartbeatContent): Promise<void> {
    const { env: { logger }, config: { nodeId }, channel, image } = this.#options;
    const { wantFence, wantShutDown, offlineLogDirs, isCaughtUp } = told;
    const { offset, metadataVersion } = image();
    const { cordonedLogDirs: canCordon } = metadataVersionAbilities(metadataVersion);
    const { errorCode, ...reply } = await channel.send(brokerHeartbeat, {
      brokerId: nodeId,
      brokerEpoch: this.#state.brokerEpoch,
      currentMetadataOffset: offset,
      ...{ wantFence, wantShutDown, offlineLogDirs },
      cordonedLogDirs: isCaughtUp && canCordon ? this.#cordoned() : null,
    });
    if (errorCode !== 0) throw new KafkaError(errorName(errorCode));
    const before = this.#state.state;
    this.#state.answered(reply, told, this.#now());
    const { state } = this.#state;
    if (state !== before) {
      logger.write("info", "The broker has changed its state", { broker: nodeId, before, state });
    }
  }

  #cordoned(): string[] {
    const { logManager } = this.#options;
    return [...logManager.cordonedLogDirs].map((path) => logManager.directoryId(path))
      .filter((id) => id !== undefined);
  }

  /** @throws what the lifecycle has ended with, if it does before that */
  async #until(isOver: () => boolean): Promise<void> {
    const { signal } = this.#ended;
    signal.throwIfAborted();
    if (isOver()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { isOver, resolve };
    this.#waiting.add(waiting);
    try {
      await withDeadline(promise, signal);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  #end(reason: Error): void {
    if (this.#ended.signal.aborted) return;
    this.#state.shutDown();
    this.#alarm.stop();
    this.#unfollow();
    this.#ended.abort(reason);
  }
}
