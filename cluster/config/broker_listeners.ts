/**
 * The listeners that follow from a broker's configs.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { ConfigValues } from "./config_values.ts";
import {
  type Endpoint,
  normalisedListenerName,
  parseEndpoints,
  type SecurityProtocol,
  securityProtocol,
  securityProtocolMap,
} from "./listeners.ts";
import { parseVoters } from "./quorum_addresses.ts";

/** The listeners of a broker. */
export interface BrokerListeners {
  /** The security protocol of each listener. */
  readonly protocols: ReadonlyMap<string, SecurityProtocol>;
  /** `listeners`, all of them. */
  readonly all: readonly Endpoint[];
  /** Those that are not the controller's. */
  readonly broker: readonly Endpoint[];
  /** Those of the controller. */
  readonly controller: readonly Endpoint[];
  /** Where clients and brokers find the broker. */
  readonly advertisedBroker: readonly Endpoint[];
  /** Where others find the controller, in the order of `controller.listener.names`. */
  readonly advertisedController: readonly Endpoint[];
  /** The listener that brokers use among themselves. */
  readonly interBrokerListenerName: string;
  /** How that is secured. */
  readonly interBrokerSecurityProtocol: SecurityProtocol;
}

/**
 * Works the listeners out.
 *
 * @throws {InvalidConfigError} in Kafka's words, when they cannot be
 */
export function brokerListeners(values: ConfigValues): BrokerListeners {
  const names = values.list("controller.listener.names");
  const protocols = securityProtocolMap({
    map: values.string("listener.security.protocol.map")!,
    isMapSet: values.isSet("listener.security.protocol.map"),
    controllerListenerNames: names,
    listeners: values.list("listeners"),
  });
  const all = parseEndpoints(values.list("listeners"), protocols, true);
  const isController = ({ listenerName }: Endpoint) => names.includes(listenerName);
  const controller = all.filter(isController);
  const advertised = values.isSet("advertised.listeners")
    ? parseEndpoints(values.list("advertised.listeners"), protocols, false)
    : undefined;
  const [interBrokerListenerName, interBrokerSecurityProtocol] = interBroker(values, protocols);
  return {
    protocols,
    all,
    broker: all.filter((endpoint) => !isController(endpoint)),
    controller,
    advertisedBroker: (advertised ?? all).filter((endpoint) => !isController(endpoint)),
    advertisedController: names.flatMap((name, index) =>
      advertisedController(values, name, index === 0, advertised ?? [], controller) ?? []
    ),
    interBrokerListenerName,
    interBrokerSecurityProtocol,
  };
}

/** A controller's listener that nothing better is known of is at the address that the voters have for this node. */
function advertisedController(
  values: ConfigValues,
  name: string,
  isFirst: boolean,
  advertised: readonly Endpoint[],
  controller: readonly Endpoint[],
): Endpoint | undefined {
  const isNamed = ({ listenerName }: Endpoint) => listenerName === name.toUpperCase();
  const own = controller.find(isNamed);
  const found = advertised.find(isNamed) ?? own;
  if (found === undefined || found !== own) return found;
  const isAnywhere = own.host === "" || own.host === "0.0.0.0";
  if (!isAnywhere) return own;
  const voters = parseVoters(values.list("controller.quorum.voters"));
  const voter = isFirst ? voters.get(values.number("node.id")) : undefined;
  if (voter === undefined) return { ...own, host: "" };
  if (voter.host === "0.0.0.0") {
    throw new InvalidConfigError(`Host string (${voter.host}) is not routeable`);
  }
  return { ...own, ...voter };
}

function interBroker(
  values: ConfigValues,
  protocols: ReadonlyMap<string, SecurityProtocol>,
): [name: string, protocol: SecurityProtocol] {
  const name = values.string("inter.broker.listener.name");
  if (name === undefined) {
    const config = "security.inter.broker.protocol";
    const protocol = securityProtocol(values.string(config)!, config);
    return [protocol, protocol];
  }
  if (values.isSet("security.inter.broker.protocol")) {
    throw new InvalidConfigError(
      "Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.",
    );
  }
  const normalised = normalisedListenerName(name);
  const protocol = protocols.get(normalised);
  if (protocol === undefined) {
    throw new InvalidConfigError(
      `Listener with name ${normalised} defined in inter.broker.listener.name not found in ` +
        "listener.security.protocol.map.",
    );
  }
  return [normalised, protocol];
}
