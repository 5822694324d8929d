/**
 * The addresses of controllers in `controller.quorum.voters` and `controller.quorum.bootstrap.servers`.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { ConfigValidator } from "../../storage/log/config/config_definition.ts";

/** Where a controller listens. */
export interface ControllerAddress {
  /** Name or address of the machine. */
  readonly host: string;
  /** The port. */
  readonly port: number;
}

const HOST_PORT = /^(?:[0-9a-zA-Z\-%._]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/;
const VOTERS = "controller.quorum.voters";
const BOOTSTRAP_SERVERS = "controller.quorum.bootstrap.servers";

/**
 * The voters by node id, out of entries `id@host:port`.
 *
 * @throws {InvalidConfigError} in Kafka's words, for an entry that is none
 */
export function parseVoters(entries: readonly string[]): Map<number, ControllerAddress> {
  const voters = new Map<number, ControllerAddress>();
  for (const entry of entries) {
    const [id, address, ...rest] = entry.split("@");
    if (address === undefined || address === "" || rest.some((part) => part !== "")) {
      throw new InvalidConfigError(
        `Invalid configuration value for ${VOTERS}. Each entry should be in the form \`{id}@{host}:{port}\`.`,
      );
    }
    if (!/^[+-]?\d+$/.test(id!) || Math.abs(Number(id)) > 0x7fff_ffff) {
      throw new InvalidConfigError(`Failed to parse voter ID as an integer from ${id}`);
    }
    voters.set(Number(id), parseAddress(address, entry, VOTERS, "`{id}@{host}:{port}`."));
  }
  return voters;
}

/**
 * The controllers to ask, out of entries `host:port`.
 *
 * @throws {InvalidConfigError} in Kafka's words, for an entry that is none
 */
export function parseBootstrapServers(entries: readonly string[]): ControllerAddress[] {
  return entries.map((entry) => parseAddress(entry, entry, BOOTSTRAP_SERVERS, '"{host}:{port}"'));
}

function parseAddress(
  text: string,
  entry: string,
  config: string,
  form: string,
): ControllerAddress {
  const match = HOST_PORT.exec(text);
  if (match === null) {
    const from = config === VOTERS ? `from entry ${entry}` : `from ${entry}`;
    throw new InvalidConfigError(
      `Failed to parse host name ${from} for the configuration ${config}. ` +
        `Each entry should be in the form ${form}`,
    );
  }
  return { host: match[1]!, port: Number(match[2]) };
}

/** Takes what {@linkcode parseVoters} takes. */
export const quorumVoters: ConfigValidator = {
  validValues: "non-empty list",
  ensureValid(_name, value) {
    parseVoters(value as readonly string[]);
  },
};

/** Takes what {@linkcode parseBootstrapServers} takes. */
export const quorumBootstrapServers: ConfigValidator = {
  validValues: "non-empty list",
  ensureValid(_name, value) {
    parseBootstrapServers(value as readonly string[]);
  },
};
