/**
 * What an admin client's configs come to.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { camelCase, ClientConfig, type ClientProperties } from "../config/client_config.ts";
import { bootstrapNodes, type Node } from "../node.ts";
import { ADMIN_CONFIGS, ADMIN_CONFIGS_WITHOUT_EFFECT } from "./admin_config.ts";

/** The settled values. */
export interface AdminSettings {
  /** All configs, `client.id` filled in. */
  readonly config: ClientConfig;
  /** Where to ask first. */
  readonly bootstrap: readonly Node[];
  /** Whether those are controllers. */
  readonly usesControllers: boolean;
  /** How long an answer may take, ms. */
  readonly requestTimeoutMs: number;
  /** How long a call may take that says nothing else, ms. */
  readonly defaultApiTimeoutMs: number;
}

let unnamedClients = 0;

/**
 * Settles what a user has given.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function adminSettings(given: ClientProperties, logger: Logger): AdminSettings {
  const isGiven = (name: string) =>
    given[name] !== undefined || given[camelCase(name)] !== undefined;
  const withoutEffect = Object.keys(ADMIN_CONFIGS_WITHOUT_EFFECT).filter(isGiven);
  if (withoutEffect.length > 0) {
    logger.write("warn", "Configs were supplied that have no effect", { configs: withoutEffect });
  }
  let config = ClientConfig.parse(ADMIN_CONFIGS, given, logger);
  if (config.string("client.id") === "") {
    const { clientId: _clientId, "client.id": _name, ...others } = given;
    const name = `adminclient-${++unnamedClients}`;
    config = ClientConfig.parse(ADMIN_CONFIGS, { ...others, "client.id": name });
  }
  const usesControllers = settleBootstrap(config);
  const name = usesControllers ? "bootstrap.controllers" : "bootstrap.servers";
  return {
    config,
    bootstrap: bootstrapNodes(config.list(name), name),
    usesControllers,
    requestTimeoutMs: config.number("request.timeout.ms"),
    defaultApiTimeoutMs: settleTimeout(config, isGiven("default.api.timeout.ms"), logger),
  };
}

/** Whether the bootstrap servers are controllers. */
function settleBootstrap(config: ClientConfig): boolean {
  const [servers, controllers] = ["bootstrap.servers", "bootstrap.controllers"].map((name) =>
    config.list(name).some((server) => server !== "")
  );
  if (servers !== controllers) return controllers!;
  throw new InvalidConfigError(
    servers
      ? "You cannot set both bootstrap.servers and bootstrap.controllers"
      : "You must set either bootstrap.servers or bootstrap.controllers",
  );
}

/** A call must have the time for one answer. */
function settleTimeout(config: ClientConfig, isGiven: boolean, logger: Logger): number {
  const requestTimeoutMs = config.number("request.timeout.ms");
  const timeoutMs = config.number("default.api.timeout.ms");
  if (timeoutMs >= requestTimeoutMs) return timeoutMs;
  if (isGiven) {
    throw new InvalidConfigError(
      "The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms.",
    );
  }
  logger.write("warn", "Overriding the default value of default.api.timeout.ms", {
    "default.api.timeout.ms": requestTimeoutMs,
  });
  return requestTimeoutMs;
}
