/**
 * Topics as Kafka's tools get them from their client.
 *
 * @module
 */

import { hashMapOrder } from "../../storage/cli/java_text.ts";
import type { TopicDescription } from "../admin/topic_description.ts";
import type { Admin } from "./admin_session.ts";

/**
 * Describes topics.
 *
 * @returns them in the order of Java's client, which puts them into one hash map after the other: one made for their number, a copy, and one more
 * @throws {KafkaError} when one of them cannot be described
 */
export async function describedTopics(
  admin: Admin,
  names: readonly string[],
  options: Parameters<Admin["describeTopics"]>[1] = {},
): Promise<TopicDescription[]> {
  if (names.length === 0) return [];
  const all = new Map((await admin.describeTopics(names, options)).all());
  const asked = new Map(hashMapOrder(all, all.size));
  const copied = new Map(hashMapOrder(asked, all.size / 0.75 + 1));
  return hashMapOrder(copied, all.size).map(([, description]) => description);
}
