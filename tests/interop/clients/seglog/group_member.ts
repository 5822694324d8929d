/** A member of a group with our own consumer (see support/group_member.ts). Argument: what it is to join, as JSON. */

import { TextLineStream } from "@std/streams";
import { Consumer } from "../../../../client/consumer/consumer.ts";
import { string } from "../../../../storage/serde/string.ts";
import type { GroupMemberOptions } from "../../support/group_member.ts";

const { bootstrap, group, topic, assignor, instanceId, sessionMs }: GroupMemberOptions = JSON.parse(
  Deno.args[0]!,
);
const utf8 = new TextEncoder();
const emit = (event: unknown) =>
  void Deno.stdout.writeSync(utf8.encode(`${JSON.stringify(event)}\n`));

const commands: string[] = [];
void (async () => {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) commands.push(line);
})();

const consumer = new Consumer({
  bootstrapServers: bootstrap,
  groupId: group,
  enableAutoCommit: false,
  autoOffsetReset: "earliest",
  sessionTimeoutMs: sessionMs,
  heartbeatIntervalMs: 200,
  metadataMaxAgeMs: 500,
  partitionAssignmentStrategy: assignor,
  valueDeserializer: string(),
  ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
});
consumer.subscribe(topic, {
  onPartitionsAssigned() {
    const partitions = consumer.assignment().map(({ partition }) => partition).sort((a, b) =>
      a - b
    );
    emit({ event: "assigned", partitions });
  },
});
for (;;) {
  const records = [...await consumer.poll(50)]
    .map(({ partition, offset, value }) => [partition, offset, value]);
  if (records.length > 0) emit({ event: "records", records });
  for (const command of commands.splice(0)) {
    if (command === "leave") {
      await consumer.close();
      Deno.exit(0);
    }
    await consumer.commitSync();
    emit({ event: "committed" });
  }
}
