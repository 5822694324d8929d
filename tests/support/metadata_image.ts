/** Short ways for tests to write down what the metadata says. */

import { MetadataImage } from "../../cluster/controller/metadata_image.ts";
import type {
  PartitionRecord,
  RegisterBrokerRecord,
} from "../../cluster/controller/metadata_records.ts";
import { metadataRecord } from "../../cluster/controller/metadata_records.ts";
import { topicIdOf } from "./replicas.ts";

/** A broker: by default not fenced, with the listener `PLAINTEXT`. */
export interface TestBrokerRegistration extends Partial<RegisterBrokerRecord> {
  readonly brokerId: number;
  /** Ports by listener. */
  readonly listeners?: Readonly<Record<string, number>>;
}

/** Partitions of a topic: by default each is led by broker 1, which has it alone. */
export type TestPartitions = readonly Partial<PartitionRecord>[];

/** An image with brokers (by default broker 1, on `host1:9092`), topics and configs. */
export function imageOf(options: {
  readonly brokers?: readonly TestBrokerRegistration[];
  readonly topics?: Readonly<Record<string, TestPartitions>>;
  /** By `type name`. */
  readonly configs?: readonly {
    readonly type: number;
    readonly name: string;
    readonly values: Readonly<Record<string, string>>;
  }[];
} = {}): MetadataImage {
  const image = new MetadataImage();
  for (
    const { listeners = { PLAINTEXT: 9092 }, ...broker } of options.brokers ?? [{ brokerId: 1 }]
  ) {
    image.replay(metadataRecord("RegisterBrokerRecord", 3, {
      rack: null,
      fenced: false,
      endPoints: Object.entries(listeners).map(([name, port]) => ({
        name,
        host: `host${broker.brokerId}`,
        port,
        securityProtocol: 0,
      })),
      ...broker,
    }));
  }
  for (const [name, partitions] of Object.entries(options.topics ?? {})) {
    const topicId = topicIdOf(name);
    image.replay(metadataRecord("TopicRecord", 0, { name, topicId }));
    partitions.forEach((partition, partitionId) => {
      const replicas = partition.replicas ?? [1];
      image.replay(metadataRecord("PartitionRecord", 2, {
        topicId,
        partitionId,
        replicas,
        isr: replicas,
        leader: replicas[0]!,
        leaderEpoch: 3,
        ...partition,
      }));
    });
  }
  for (const { type, name, values } of options.configs ?? []) {
    for (const [config, value] of Object.entries(values)) {
      image.replay(
        metadataRecord("ConfigRecord", 0, {
          resourceType: type,
          resourceName: name,
          name: config,
          value,
        }),
      );
    }
  }
  return image;
}
