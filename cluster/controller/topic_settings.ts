/**
 * The configs of topics that the controller goes by.
 *
 * @module
 */

import { CONFIG_RESOURCE_TYPE } from "./configs_image.ts";
import type { ControllerContext } from "./decision.ts";
import type { TopicImage } from "./topics_image.ts";

/** How many replicas have to be in sync for a write that waits for all. */
export const MIN_INSYNC_REPLICAS = "min.insync.replicas";
const UNCLEAN_LEADER_ELECTION = "unclean.leader.election.enable";

/**
 * The text of a topic's config, for configs that brokers have under the same name: the topic's own, what was set for the node that
 * decides, what was set for all brokers, and at last what that node was started with.
 */
function effectiveText(
  { image: { configs }, rules, nodeId }: ControllerContext,
  topic: string,
  name: string,
): string | null {
  const { TOPIC, BROKER } = CONFIG_RESOURCE_TYPE;
  return configs.of(TOPIC, topic).get(name) ?? configs.of(BROKER, String(nodeId)).get(name) ??
    configs.of(BROKER, "").get(name) ?? rules.staticText(name);
}

/** How many replicas of a topic have to be in sync: never more than there are. */
export function effectiveMinIsr(
  context: ControllerContext,
  { name, partitions }: TopicImage,
): number {
  const wanted = Number(effectiveText(context, name, MIN_INSYNC_REPLICAS) ?? "1");
  return Math.min(wanted, partitions.get(0)?.replicas.length ?? wanted);
}

/** Whether a replica may lead that was not in sync, rather than none. */
export function isUncleanElectionEnabled(context: ControllerContext, topic: string): boolean {
  return effectiveText(context, topic, UNCLEAN_LEADER_ELECTION)?.toLowerCase() === "true";
}
