/** A member of a group, and nodes that say what a test wants its coordinator to say. Time stands still until a test lets it pass. */

import { KafkaClient } from "../../client/kafka_client.ts";
import type { ClientProperties } from "../../client/config/client_config.ts";
import type { GroupParts } from "../../client/consumer/consumer_core.ts";
import { consumerSettings } from "../../client/consumer/consumer_settings.ts";
import { GroupCoordinator } from "../../client/consumer/group/group_coordinator.ts";
import { type GroupSettings, groupSettings } from "../../client/consumer/group/group_settings.ts";
import { MemberState } from "../../client/consumer/group/member_state.ts";
import type { OffsetAndMetadata } from "../../client/consumer/offset_and_metadata.ts";
import { SubscriptionState } from "../../client/consumer/subscription_state.ts";
import type { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { type ManualEnv, manualEnv } from "./manual_env.ts";
import { ScriptedNodes } from "./scripted_nodes.ts";

/** The generation that {@linkcode MemberWorld.settle} puts a member in. */
export const GENERATION = { generationId: 5, memberId: "m-1", protocolName: "range" };

/** Everything that the parts of a group session are made of. */
export class MemberWorld implements AsyncDisposable {
  readonly env: ManualEnv = manualEnv();
  readonly member = new MemberState();
  readonly committed: TopicPartitionMap<OffsetAndMetadata>[] = [];
  readonly nodes: ScriptedNodes;
  readonly client: KafkaClient;
  readonly subscription: SubscriptionState;
  readonly settings: GroupSettings;
  readonly parts: GroupParts;
  readonly coordinator: GroupCoordinator;
  /** How often somebody was told that there is something to do. */
  rings = 0;
  /** How often the coordinator was found. */
  finds = 0;

  private constructor(nodes: ScriptedNodes, configs: ClientProperties) {
    this.nodes = nodes;
    const { env } = this;
    const settings = consumerSettings({
      bootstrapServers: nodes.bootstrapServers,
      groupId: "g",
      autoOffsetReset: "earliest",
      retryBackoffMs: 10,
      retryBackoffMaxMs: 10,
      ...configs,
    }, env.logger);
    this.client = new KafkaClient({ config: settings.config, env, transport: nodes.transport });
    this.subscription = new SubscriptionState(settings.reset);
    this.settings = groupSettings("g", settings);
    const onChange = () => void this.rings++;
    this.parts = {
      client: this.client,
      env,
      settings,
      subscription: this.subscription,
      onChange,
      onCommit: (offsets) => void this.committed.push(offsets),
    };
    this.coordinator = new GroupCoordinator({
      client: this.client,
      env,
      settings: this.settings,
      onFound: () => void this.finds++,
      onChange,
    });
  }

  static async start(configs: ClientProperties = {}): Promise<MemberWorld> {
    return new MemberWorld(await ScriptedNodes.start(0, 1), configs);
  }

  /** Lets promises run, and time pass. */
  async pass(ms = 0): Promise<void> {
    await this.env.clock.advance(ms);
  }

  /** Lets time pass until something is the case. */
  async until(isSo: () => boolean, ms = 1000): Promise<void> {
    for (let passed = 0; !isSo(); passed++) {
      if (passed > ms) throw new Error(`It is not so after ${ms} ms`);
      await this.pass(1);
    }
  }

  /** What a promise comes to; time passes until then. */
  async outcomeOf<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => void (isDone = true);
    promise.then(end, end);
    await this.until(() => isDone);
    return await promise;
  }

  /** The coordinator is known. */
  async findCoordinator(): Promise<void> {
    this.coordinator.seek();
    await this.until(() => this.coordinator.isKnown);
  }

  /** The member is in a generation, and subscribed to topics. */
  settle(...topics: readonly string[]): void {
    this.subscription.subscribe(topics);
    this.member.beginJoin();
    this.member.joined(GENERATION);
    this.member.synced();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    return this.nodes[Symbol.asyncDispose]();
  }
}
