/**
 * Registering a controller with the quorum, so that admin clients find it (KIP-919).
 *
 * @module
 */

import { errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { controllerRegistration } from "../../client/protocol/messages/controller_registration.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import type { ControllerFeature } from "../controller/metadata_records.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import { type AdvertisedEndpoint, inTheClear } from "./advertised_endpoints.ts";
import type { ControllerChannel } from "./controller_channel.ts";

/** The first wait after a failure, and the longest, ms. */
const BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 120_000;

/** What a {@linkcode ControllerRegistrationManager} is made of. */
export interface ControllerRegistrationOptions {
  /** Clock, logger and randomness. */
  readonly env: Pick<Env, "clock" | "logger" | "random">;
  /** Id of the node. */
  readonly nodeId: number;
  /** Where others find the controller. */
  readonly endPoints: readonly AdvertisedEndpoint[];
  /** What it can do. */
  readonly features: readonly ControllerFeature[];
  /** To the active controller; nobody else uses it, and it ends with the manager. */
  readonly channel: ControllerChannel;
}

/** Has this run of a controller registered whenever the metadata says otherwise. */
export class ControllerRegistrationManager {
  readonly #options: ControllerRegistrationOptions;
  readonly #incarnationId: string;
  readonly #stopping = new AbortController();
  #isRegistered = false;
  /** What the metadata said when it was last looked at. */
  #seen: string | undefined;
  #registering: Promise<void> | undefined;

  /** A controller that nobody knows of yet. */
  constructor(options: ControllerRegistrationOptions) {
    this.#options = options;
    this.#incarnationId = randomUuid(options.env.random);
  }

  /** Looks at new metadata. Clusters of old metadata versions know of no registered controllers. */
  follow({ cluster, metadataVersion }: Pick<MetadataImage, "cluster" | "metadataVersion">): void {
    const { incarnationId } = cluster.controllers.get(this.#options.nodeId) ?? {};
    const { controllerRegistration: isKnown } = metadataVersionAbilities(metadataVersion);
    const seen = `${isKnown} ${incarnationId}`;
    // What has been asked for comes later than other metadata.
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#isRegistered = incarnationId === this.#incarnationId || !isKnown;
    if (!this.#isRegistered && !this.#stopping.signal.aborted) {
      this.#registering ??= this.#register().finally(() => this.#registering = undefined);
    }
  }

  /** Registers nothing any more. */
  async shutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#options.channel.shutdown();
    await this.#registering;
  }

  async #register(): Promise<void> {
    const { env: { clock, logger }, nodeId, endPoints, features, channel } = this.#options;
    const { signal } = this.#stopping;
    for (let failures = 0; !this.#isRegistered && !signal.aborted; failures++) {
      try {
        const { errorCode, errorMessage } = await channel.send(controllerRegistration, {
          controllerId: nodeId,
          incarnationId: this.#incarnationId,
          listeners: endPoints.map(inTheClear),
          features,
        });
        if (errorCode !== 0) throw new KafkaError(errorName(errorCode), errorMessage ?? undefined);
        // The metadata says it as soon as it is there.
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.write("warn", "Could not register the controller; retrying", { nodeId, error });
        const backoffMs = Math.min(BACKOFF_MS * 2 ** failures, MAX_BACKOFF_MS);
        await clock.sleep(backoffMs, signal).catch(() => {});
      }
    }
  }
}
