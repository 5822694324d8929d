/**
 * What a node tells the controller of itself, from its start on.
 *
 * @module
 */

import type { Logger, Random } from "../../storage/env.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import {
  beginControlledShutdown,
  type BrokerDetails,
  cordonDirectories,
  fenceBroker,
  registerBroker,
} from "../controller/broker_registration.ts";
import type { ControllerDriver } from "../controller/controller_driver.ts";
import { registerController } from "../controller/controller_registration.ts";
import type { AdvertisedEndpoint } from "./advertised_endpoints.ts";
import { supportedFeatures } from "./broker_features.ts";

/** What a {@linkcode BrokerLifecycle} is made of. */
export interface BrokerLifecycleOptions {
  /** The world, as far as it matters here. */
  readonly env: { readonly logger: Logger; readonly random: Random };
  /** The configs. */
  readonly config: BrokerConfig;
  /** Is told. */
  readonly controller: Pick<ControllerDriver, "submit">;
  /** Has the log directories. */
  readonly logManager: Pick<LogManager, "liveLogDirs" | "cordonedLogDirs" | "directoryId">;
  /** Where clients find the broker, as it is at the time. */
  readonly endPoints: () => readonly AdvertisedEndpoint[];
  /** Where others find the controller. */
  readonly controllerEndPoints: readonly AdvertisedEndpoint[];
  /** The epoch that the broker had when it last stopped cleanly; `undefined` when it did not. */
  readonly previousBrokerEpoch: number | undefined;
}

/** What this node can do, as it tells when it registers. */
function supportedRanges(config: BrokerConfig): BrokerDetails["features"] {
  const isUnstableEnabled = config.boolean("unstable.feature.versions.enable");
  return [...supportedFeatures(isUnstableEnabled)].map(([name, { lowest, highest }]) => ({
    name,
    minSupportedVersion: lowest,
    maxSupportedVersion: highest,
  }));
}

/** Registers a node as controller and as broker, and keeps the registration true (Kafka's `BrokerLifecycleManager`). */
export class BrokerLifecycle {
  readonly #options: BrokerLifecycleOptions;
  readonly #incarnationId: string;
  #brokerEpoch = -1;

  /** A node that nobody knows of yet. */
  constructor(options: BrokerLifecycleOptions) {
    this.#options = options;
    this.#incarnationId = randomUuid(options.env.random);
  }

  /** The epoch of the registration; -1 before it. */
  get brokerEpoch(): number {
    return this.#brokerEpoch;
  }

  /**
   * Registers the node, and has it lead. It is asked for at once, decided one after the other, and flushed together.
   *
   * @throws {KafkaError} when the controller refuses
   */
  async register(): Promise<void> {
    const { config: { nodeId }, controller } = this.#options;
    [, this.#brokerEpoch] = await Promise.all([
      this.#registerController(),
      this.#registerBroker(),
      this.#cordon(),
      controller.submit((context) => fenceBroker(context, nodeId, false)),
    ]);
  }

  /**
   * Registers the broker anew, when clients find it elsewhere than before: with the same epoch, as it is the same run.
   *
   * @throws {KafkaError} when the controller refuses
   */
  async endpointsChanged(): Promise<void> {
    // The registration says nothing of what is cordoned.
    await Promise.all([this.#registerBroker(), this.#cordon()]);
  }

  /**
   * Has others lead from here on, and the controller know that the broker is away on purpose: what Kafka's broker asks for by its last
   * heartbeats.
   *
   * @throws {KafkaError} when the controller does not decide any more
   */
  async controlledShutdown(): Promise<void> {
    const { config: { nodeId }, controller } = this.#options;
    await Promise.all([
      controller.submit((context) => beginControlledShutdown(context, nodeId)),
      controller.submit((context) => fenceBroker(context, nodeId, true)),
    ]);
  }

  /** Tells of every change of what is cordoned from here on. */
  followConfig(): void {
    const { config, env } = this.#options;
    config.subscribe(
      ["cordoned.log.dirs"],
      () =>
        void this.#cordon().catch((error) =>
          env.logger.write("error", "Failed to tell the controller what is cordoned", { error })
        ),
    );
  }

  #registerController(): Promise<void> {
    const { config, controller, controllerEndPoints } = this.#options;
    return controller.submit((context) =>
      registerController(context, {
        controllerId: config.nodeId,
        incarnationId: this.#incarnationId,
        endPoints: controllerEndPoints.map(inTheClear),
        features: supportedRanges(config),
      })
    );
  }

  #registerBroker(): Promise<number> {
    const { config, controller, logManager, endPoints, previousBrokerEpoch } = this.#options;
    return controller.submit((context, nextOffset) =>
      registerBroker(
        context,
        {
          brokerId: config.nodeId,
          incarnationId: this.#incarnationId,
          ...(previousBrokerEpoch === undefined ? {} : { previousBrokerEpoch }),
          endPoints: endPoints().map(inTheClear),
          features: supportedRanges(config),
          rack: config.string("broker.rack") ?? null,
          logDirs: logManager.liveLogDirs.map((path) => logManager.directoryId(path)!),
        },
        nextOffset,
        true,
      )
    );
  }

  #cordon(): Promise<void> {
    const { config: { nodeId }, controller, logManager } = this.#options;
    return controller.submit((context) =>
      cordonDirectories(
        context,
        nodeId,
        [...logManager.cordonedLogDirs].map((path) => logManager.directoryId(path))
          .filter((id) => id !== undefined),
      )
    );
  }
}

function inTheClear(
  endpoint: AdvertisedEndpoint,
): AdvertisedEndpoint & { securityProtocol: number } {
  return { ...endpoint, securityProtocol: 0 };
}
