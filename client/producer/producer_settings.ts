/**
 * What a producer's configs come to: values that depend on each other are settled, and contradictions refused.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import type { Compression, CompressionType } from "../../storage/record/compression_type.ts";
import { camelCase, ClientConfig, type ClientProperties } from "../config/client_config.ts";
import { CONFIGS_WITHOUT_EFFECT, PRODUCER_CONFIGS } from "./producer_config.ts";

/** The settled values. */
export interface ProducerSettings {
  /** All configs, `client.id` filled in. */
  readonly config: ClientConfig;
  /** What the producer calls itself. */
  readonly clientId: string;
  /** 0, 1, or -1 for all. */
  readonly acks: number;
  /** Bytes of a batch, at least 1. */
  readonly batchSize: number;
  /** Codec and level. */
  readonly compression: Compression;
  /** Ms from a batch's first record until it is written or given up. */
  readonly deliveryTimeoutMs: number;
  /** Whether batches carry sequence numbers. */
  readonly isIdempotent: boolean;
  /** Ms that a batch waits for more records. */
  readonly lingerMs: number;
  /** Name of the transactional producer; `null` for none. */
  readonly transactionalId: string | null;
}

const MAX_INT = 0x7fff_ffff;
const MAX_IN_FLIGHT_WITH_IDEMPOTENCE = 5;

let unnamedProducers = 0;

/**
 * Settles what a user has given.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function producerSettings(given: ClientProperties, logger: Logger): ProducerSettings {
  const isGiven = (name: string) =>
    given[name] !== undefined || given[camelCase(name)] !== undefined;
  const withoutEffect = Object.keys(CONFIGS_WITHOUT_EFFECT).filter(isGiven);
  if (withoutEffect.length > 0) {
    logger.write("warn", "Configs were supplied that have no effect", { configs: withoutEffect });
  }
  let config = ClientConfig.parse(PRODUCER_CONFIGS, given, logger);
  const transactionalId = config.string("transactional.id");
  if (!isGiven("client.id")) {
    const clientId = `producer-${transactionalId ?? ++unnamedProducers}`;
    config = ClientConfig.parse(PRODUCER_CONFIGS, { ...given, "client.id": clientId });
  }
  const acks = config.string("acks") === "all" ? -1 : Number(config.string("acks"));
  const isIdempotent = settleIdempotence(config, acks, isGiven, logger);
  if (!isIdempotent && transactionalId !== null) {
    throw new InvalidConfigError(
      "Cannot set a transactional.id without also enabling idempotence.",
    );
  }
  if (config.boolean("transaction.two.phase.commit.enable") && isGiven("transaction.timeout.ms")) {
    throw new InvalidConfigError(
      "Cannot set transaction.timeout.ms when transaction.two.phase.commit.enable is set to true. " +
        "Transactions will not expire with two-phase commit enabled.",
    );
  }
  const lingerMs = Math.min(config.number("linger.ms"), MAX_INT);
  return {
    config,
    clientId: config.string("client.id")!,
    acks,
    batchSize: Math.max(1, config.number("batch.size")),
    compression: compressionOf(config),
    deliveryTimeoutMs: settleDeliveryTimeout(config, lingerMs, isGiven, logger),
    isIdempotent,
    lingerMs,
    transactionalId,
  };
}

/** Idempotence is the default, but gives way to what contradicts it unless it was asked for. */
function settleIdempotence(
  config: ClientConfig,
  acks: number,
  isGiven: (name: string) => boolean,
  logger: Logger,
): boolean {
  if (!config.boolean("enable.idempotence")) return false;
  const isAskedFor = isGiven("enable.idempotence");
  let isIdempotent = true;
  if (config.number("retries") === 0) {
    if (isAskedFor) {
      throw new InvalidConfigError(
        "Must set retries to non-zero when using the idempotent producer.",
      );
    }
    logger.write("info", "Idempotence will be disabled because retries is set to 0", {});
    isIdempotent = false;
  }
  if (acks !== -1) {
    if (isAskedFor) {
      throw new InvalidConfigError(
        "Must set acks to all in order to use the idempotent producer. " +
          "Otherwise we cannot guarantee idempotence.",
      );
    }
    logger.write("info", "Idempotence will be disabled because acks is not set to all", { acks });
    isIdempotent = false;
  }
  const inFlight = config.number("max.in.flight.requests.per.connection");
  if (inFlight > MAX_IN_FLIGHT_WITH_IDEMPOTENCE) {
    throw new InvalidConfigError(
      "To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. " +
        `Current value is ${inFlight}.`,
    );
  }
  return isIdempotent;
}

/** A delivery must have the time to wait in its batch, and for one answer. */
function settleDeliveryTimeout(
  config: ClientConfig,
  lingerMs: number,
  isGiven: (name: string) => boolean,
  logger: Logger,
): number {
  const deliveryTimeoutMs = config.number("delivery.timeout.ms");
  const least = Math.min(lingerMs + config.number("request.timeout.ms"), MAX_INT);
  if (deliveryTimeoutMs >= least) return deliveryTimeoutMs;
  const rule =
    "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms";
  if (isGiven("delivery.timeout.ms")) throw new InvalidConfigError(rule);
  logger.write("warn", `${rule}. Setting it to the sum`, { "delivery.timeout.ms": least });
  return least;
}

function compressionOf(config: ClientConfig): Compression {
  const type = config.string("compression.type") as CompressionType;
  if (type === "none" || type === "snappy") return { type };
  return { type, level: config.number(`compression.${type}.level`) };
}
