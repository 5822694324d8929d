/**
 * What a broker listens on: `listeners`, `advertised.listeners` and `listener.security.protocol.map`.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";

/** How a listener is secured. */
export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";

/** Where something listens. */
export interface Endpoint {
  /** Name of the listener, in upper case. */
  readonly listenerName: string;
  /** Name or address of the machine; empty for all its addresses. */
  readonly host: string;
  /** The port; 0 for any that is free. */
  readonly port: number;
  /** How it is secured. */
  readonly securityProtocol: SecurityProtocol;
}

const PROTOCOLS: readonly string[] = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];
const ENDPOINT = /^(.*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/;

/**
 * Pairs `key:value` with commas between them; the last colon of a pair counts.
 *
 * @throws {InvalidConfigError} for a pair that is none
 */
export function parsePairs(name: string, text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  if (text === "") return pairs;
  for (const pair of text.split(/\s*,\s*/)) {
    const colon = pair.lastIndexOf(":");
    if (colon < 0) {
      throw new InvalidConfigError(
        `Error parsing configuration property '${name}': ${pair} is not of the form key:value`,
      );
    }
    pairs.set(pair.slice(0, colon).trim(), pair.slice(colon + 1).trim());
  }
  return pairs;
}

/**
 * A security protocol by its name.
 *
 * @throws {InvalidConfigError} when it is none
 */
export function securityProtocol(name: string, config: string): SecurityProtocol {
  const upper = name.toUpperCase();
  if (PROTOCOLS.includes(upper)) return upper as SecurityProtocol;
  throw new InvalidConfigError(`Invalid security protocol \`${name}\` defined in ${config}`);
}

/**
 * A listener's name in upper case.
 *
 * @throws {InvalidConfigError} when it is blank
 */
export function normalisedListenerName(name: string): string {
  if (name.trim() === "") {
    throw new InvalidConfigError("The provided listener name is null or empty string");
  }
  return name.toUpperCase();
}

/** What {@linkcode securityProtocolMap} goes by. */
export interface SecurityProtocolMapInput {
  /** `listener.security.protocol.map`. */
  readonly map: string;
  /** Whether it was set. */
  readonly isMapSet: boolean;
  /** `controller.listener.names`. */
  readonly controllerListenerNames: readonly string[];
  /** `listeners`. */
  readonly listeners: readonly string[];
}

/**
 * The security protocol of each listener. When the map was not set and nothing else than plaintext is about, controllers'
 * listeners are plaintext too.
 *
 * @throws {InvalidConfigError} for a map that cannot be
 */
export function securityProtocolMap(
  input: SecurityProtocolMapInput,
): Map<string, SecurityProtocol> {
  const config = "listener.security.protocol.map";
  const map = new Map(
    [...parsePairs(config, input.map)].map(([name, protocol]) =>
      [normalisedListenerName(name), securityProtocol(protocol, config)] as const
    ),
  );
  if (input.isMapSet) return map;
  const isSecured = (name: string) => name !== "PLAINTEXT" && PROTOCOLS.includes(name);
  const names = input.listeners.map((listener) => {
    const colon = listener.indexOf(":");
    if (colon >= 0) return listener.slice(0, colon).toUpperCase();
    throw new InvalidConfigError(`Unable to parse a listener name from ${listener}`);
  });
  if ([...input.controllerListenerNames, ...names].some(isSecured)) return map;
  for (const name of input.controllerListenerNames) map.set(name, "PLAINTEXT");
  return map;
}

/**
 * Parses listeners.
 *
 * @param entries each NAME://host:port
 * @param protocols by listener
 * @param distinctPorts whether no two may have the same port
 * @throws {InvalidConfigError} in Kafka's words
 */
export function parseEndpoints(
  entries: readonly string[],
  protocols: ReadonlyMap<string, SecurityProtocol>,
  distinctPorts: boolean,
): Endpoint[] {
  const shown = `[${entries.join(", ")}]`;
  try {
    const endpoints = entries.map((entry) => parseEndpoint(entry, protocols));
    if (new Set(endpoints.map(({ listenerName }) => listenerName)).size !== endpoints.length) {
      throw new InvalidConfigError(
        `Each listener must have a different name, listeners: ${shown}`,
      );
    }
    if (distinctPorts) ensureDistinctPorts(endpoints, shown);
    return endpoints;
  } catch (cause) {
    throw new InvalidConfigError(
      `Error creating broker listeners from '${shown}': ${(cause as Error).message}`,
      { cause },
    );
  }
}

function parseEndpoint(
  entry: string,
  protocols: ReadonlyMap<string, SecurityProtocol>,
): Endpoint {
  const match = ENDPOINT.exec(entry);
  if (match === null) {
    throw new InvalidConfigError(`Unable to parse ${entry} to a broker endpoint`);
  }
  const listenerName = normalisedListenerName(match[1]!);
  const port = Number(match[3]);
  if (port < -1 || port > 0xffff) {
    throw new InvalidConfigError(`Port must be between 0 and 65535: ${entry}`);
  }
  const protocol = protocols.get(listenerName);
  if (protocol === undefined) {
    throw new InvalidConfigError(`No security protocol defined for listener ${listenerName}`);
  }
  return { listenerName, host: match[2]!, port, securityProtocol: protocol };
}

/** Two listeners share a port only when one has an address of IPv4 and the other one of IPv6. */
function ensureDistinctPorts(endpoints: readonly Endpoint[], shown: string): void {
  const byPort = Map.groupBy(endpoints.filter(({ port }) => port !== 0), ({ port }) => port);
  for (const [port, sharing] of byPort) {
    if (sharing.length < 2) continue;
    const versions = sharing.map(({ host }) => ipVersion(host));
    const addresses = versions.filter((version) => version !== undefined);
    if (versions.length - addresses.length > 1) {
      throw new InvalidConfigError(
        `Each listener must have a different port, listeners: ${shown}`,
      );
    }
    if (addresses.length > 2) {
      throw new InvalidConfigError(
        "Each listener must have a different port unless exactly one listener has an IPv4 address and the other " +
          `IPv6 address, listeners: ${shown}, port: ${port}`,
      );
    }
    if (addresses.length === 2 && (addresses[0] === addresses[1] || versions.length > 2)) {
      throw new InvalidConfigError(
        "If you have two listeners on the same port then one needs to be IPv4 and the other IPv6, " +
          `listeners: ${shown}, port: ${port}`,
      );
    }
  }
}

function ipVersion(host: string): 4 | 6 | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (bytes !== null) return bytes.slice(1).every((byte) => Number(byte) <= 255) ? 4 : undefined;
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*(%.*)?$/.test(host) && host.length >= 2 ? 6 : undefined;
}
