/**
 * Names of topics: which may be, and which are the cluster's own.
 *
 * @module
 */

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  "__consumer_offsets",
  "__transaction_state",
  "__share_group_state",
]);

const MAX_LENGTH = 249;

/** Whether a topic holds the cluster's own state: clients may read it, and not write to it. */
export function isInternalTopic(topic: string): boolean {
  return INTERNAL_TOPICS.has(topic);
}

/** What is wrong with the name of a topic, in Kafka's words; `undefined` when nothing is. */
export function invalidTopicName(name: string): string | undefined {
  const reason = name === ""
    ? "the empty string is not allowed"
    : name === "." || name === ".."
    ? `'${name}' is not allowed`
    : name.length > MAX_LENGTH
    ? `the length of '${name}' is longer than the max allowed length ${MAX_LENGTH}`
    : /^[A-Za-z0-9._-]+$/.test(name)
    ? undefined
    : `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  return reason === undefined ? undefined : `Topic name is invalid: ${reason}`;
}
