import { assertEquals } from "@std/assert";
import { invalidTopicName, isInternalTopic } from "../../../cluster/replication/topic_names.ts";

Deno.test("three topics are the cluster's own", () => {
  assertEquals(
    ["__consumer_offsets", "__transaction_state", "__share_group_state", "__mine", "t"]
      .map(isInternalTopic),
    [true, true, true, false, false],
  );
});

Deno.test("a name has 1 to 249 letters, digits, dots, dashes and underscores, and is not made of dots alone", () => {
  for (const name of ["t", "A-z_0.9", "...", "x".repeat(249)]) {
    assertEquals(invalidTopicName(name), undefined, name);
  }
  const longest = "x".repeat(250);
  assertEquals(["", ".", "..", "a b", "ü", longest].map(invalidTopicName), [
    "Topic name is invalid: the empty string is not allowed",
    "Topic name is invalid: '.' is not allowed",
    "Topic name is invalid: '..' is not allowed",
    "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    "Topic name is invalid: 'ü' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    `Topic name is invalid: the length of '${longest}' is longer than the max allowed length 249`,
  ]);
});
