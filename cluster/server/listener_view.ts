/**
 * The metadata as clients of one listener are told it: brokers by the addresses that they have there.
 *
 * @module
 */

import type { MetadataImage } from "../controller/metadata_image.ts";
import type { PartitionRegistration } from "../controller/partition_registration.ts";

/** A broker, or a controller, as clients find it. */
export interface BrokerNode {
  /** Its id. */
  readonly nodeId: number;
  /** Its host on the listener. */
  readonly host: string;
  /** Its port there. */
  readonly port: number;
  /** Its rack. */
  readonly rack: string | null;
  /** Whether it is registered but not ready, or gone. */
  readonly isFenced: boolean;
}

/** A listener's view of the metadata as it is now: make one for each request. */
export class ListenerView {
  readonly #image: MetadataImage;
  readonly #nodes = new Map<number, BrokerNode>();

  /** @param listenerName a broker that lacks this listener can not be reached */
  constructor(image: MetadataImage, listenerName: string) {
    this.#image = image;
    for (const { brokerId, endPoints, rack, fenced } of image.cluster.brokers.values()) {
      const endpoint = endPoints.find(({ name }) => name === listenerName);
      if (endpoint === undefined) continue;
      const { host, port } = endpoint;
      this.#nodes.set(brokerId, { nodeId: brokerId, host, port, rack, isFenced: fenced });
    }
  }

  /** All brokers that have the listener, in the order of their ids. */
  get nodes(): readonly BrokerNode[] {
    return [...this.#nodes.values()].sort((a, b) => a.nodeId - b.nodeId);
  }

  /** Those that can be spoken to. */
  get aliveNodes(): readonly BrokerNode[] {
    return this.nodes.filter(({ isFenced }) => !isFenced);
  }

  /** A broker that has the listener. */
  node(brokerId: number): BrokerNode | undefined {
    return this.#nodes.get(brokerId);
  }

  /** Whether a broker can be spoken to. */
  isAlive(brokerId: number): boolean {
    return this.#nodes.get(brokerId)?.isFenced === false;
  }

  /** The replicas of a partition that nobody can read from: their broker is away, or the directory that they are in. */
  offlineReplicas({ replicas, directories }: PartitionRegistration): number[] {
    return replicas.filter((brokerId, at) =>
      !this.isAlive(brokerId) ||
      !this.#image.cluster.hasOnlineDirectory(brokerId, directories[at]!)
    );
  }
}

/** The controllers that have registered with a listener, in the order of their ids. */
export function controllerNodes(image: MetadataImage, listenerName: string): BrokerNode[] {
  return [...image.cluster.controllers.values()].flatMap(({ controllerId, endPoints }) => {
    const endpoint = endPoints.find(({ name }) => name === listenerName);
    if (endpoint === undefined) return [];
    const { host, port } = endpoint;
    return [{ nodeId: controllerId, host, port, rack: null, isFenced: false }];
  }).sort((a, b) => a.nodeId - b.nodeId);
}

/** The id of some broker that is up, -1 without one: any of them passes on what is meant for the controller. */
export function anyAliveBroker(image: MetadataImage, random: { next(): number }): number {
  const alive = image.cluster.unfencedBrokers();
  return alive[Math.floor(random.next() * alive.length)]?.brokerId ?? -1;
}
