/**
 * Where a node says that it is found.
 *
 * @module
 */

import type { BrokerConfig } from "../config/broker_config.ts";
import type { BoundListener } from "./socket_server.ts";

/** A listener as others are told of it. */
export interface AdvertisedEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Host that others connect to. */
  readonly host: string;
  /** Port that others connect to. */
  readonly port: number;
}

/**
 * What clients are told of a broker: `advertised.listeners`, with the port that a listener got in place of 0. Without that config, it is
 * where the listeners are that are open.
 */
export function brokerEndpoints(
  config: Pick<BrokerConfig, "advertisedListeners" | "isSet">,
  bound: readonly BoundListener[],
): AdvertisedEndpoint[] {
  const isSet = config.isSet("advertised.listeners");
  return config.advertisedListeners.flatMap(({ listenerName: name, ...told }) => {
    const own = bound.find(({ listenerName }) => listenerName === name);
    if (!isSet && own === undefined) return [];
    const { host, port } = isSet ? told : own!;
    return [{ name, host: host === "" ? "localhost" : host, port: port === 0 ? own!.port : port }];
  });
}

/**
 * Where other controllers would find this one.
 *
 * @param bound where it listens, as far as that is known
 */
export function controllerEndpoints(
  config: Pick<BrokerConfig, "advertisedControllerListeners">,
  bound: readonly BoundListener[],
): AdvertisedEndpoint[] {
  return config.advertisedControllerListeners.map(({ listenerName: name, host, port }) => ({
    name,
    host,
    port: port === 0 ? bound.find(({ listenerName }) => listenerName === name)?.port ?? port : port,
  }));
}

/** An endpoint as registrations tell it, without encryption. */
export function inTheClear(
  endpoint: AdvertisedEndpoint,
): AdvertisedEndpoint & { readonly securityProtocol: number } {
  return { ...endpoint, securityProtocol: 0 };
}
