/**
 * Where a node says that it is found.
 *
 * @module
 */

import type { BrokerConfig } from "../config/broker_config.ts";
import type { BoundListener, ListenerAddress } from "./socket_server.ts";

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
 * What clients are told of a broker: `advertised.listeners`, with the port that a listener got in place of 0, and the machine's name in place of no
 * host. Without that config, it is where the listeners are that are open.
 */
export function brokerEndpoints(
  config: Pick<BrokerConfig, "advertisedListeners" | "isSet">,
  bound: readonly BoundListener[],
): AdvertisedEndpoint[] {
  const isSet = config.isSet("advertised.listeners");
  return config.advertisedListeners.flatMap((told) => {
    const own = ofName(bound, told);
    if (!isSet && own === undefined) return [];
    return [endpointOf(isSet ? told : own!, own)];
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
  return config.advertisedControllerListeners.map((told) => endpointOf(told, ofName(bound, told)));
}

function ofName(
  bound: readonly BoundListener[],
  { listenerName: name }: ListenerAddress,
): BoundListener | undefined {
  return bound.find(({ listenerName }) => listenerName === name);
}

/** What is told of a listener, with what is left open as it is bound. */
function endpointOf(
  { listenerName: name, host, port }: ListenerAddress,
  own: BoundListener | undefined,
): AdvertisedEndpoint {
  return {
    name,
    host: host === "" ? own?.foundAt ?? "localhost" : host,
    port: port === 0 ? own?.port ?? port : port,
  };
}

/** An endpoint as registrations tell it, without encryption. */
export function inTheClear(
  endpoint: AdvertisedEndpoint,
): AdvertisedEndpoint & { readonly securityProtocol: number } {
  return { ...endpoint, securityProtocol: 0 };
}
