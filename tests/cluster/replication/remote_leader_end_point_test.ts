import { assertEquals, assertRejects } from "@std/assert";
import type { SendOptions } from "../../../client/network/broker_connection.ts";
import type { Api } from "../../../client/protocol/api.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { RemoteLeaderEndPoint } from "../../../cluster/replication/remote_leader_end_point.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";

function open(answer: unknown) {
  const sent: [string, unknown][] = [];
  let isClosed = false;
  const link = {
    send<Req, Res>({ name }: Api<Req, Res>, draft: Draft<Req>, { signal }: SendOptions = {}) {
      signal?.throwIfAborted();
      sent.push([name, draft]);
      return Promise.resolve(answer as Res);
    },
    close: () => void (isClosed = true),
  };
  const leader = new RemoteLeaderEndPoint(5, link, 2);
  return { leader, sent, isClosed: () => isClosed };
}

const { signal } = new AbortController();
const P = { topic: "t", partition: 3 };

function offsets(error: Parameters<typeof errorCode>[0], offset: number) {
  return { topics: [{ partitions: [{ errorCode: errorCode(error), offset }] }] };
}

Deno.test("a leader is fetched from, and left, over its link", async () => {
  const { leader, sent, isClosed } = open("answer");
  const request = { maxWaitMs: 5 };
  assertEquals(await leader.fetch(request, signal) as unknown, "answer");
  assertEquals([sent, leader.brokerId], [[["Fetch", request]], 5]);
  await assertRejects(async () =>
    await leader.fetch(request, AbortSignal.abort(new Error("over")))
  );
  leader.close();
  assertEquals(isClosed(), true);
});

Deno.test("the ends of a leader's log are asked for as the follower", async () => {
  const { leader, sent } = open(offsets("NONE", 17));
  assertEquals(await leader.fetchOffset(P, 4, "earliest", signal), 17);
  await leader.fetchOffset(P, 4, "latest", signal);
  const request = (timestamp: number) => ({
    replicaId: 2,
    topics: [{
      name: "t",
      partitions: [{ partitionIndex: 3, currentLeaderEpoch: 4, timestamp }],
    }],
  });
  assertEquals(sent, [["ListOffsets", request(-2)], ["ListOffsets", request(-1)]]);
});

Deno.test("what a leader has against that is told, and so is that it says nothing", async () => {
  for (
    const [answer, code] of [
      [offsets("FENCED_LEADER_EPOCH", -1), "FENCED_LEADER_EPOCH"],
      [{ topics: [] }, "UNKNOWN_SERVER_ERROR"],
    ] as const
  ) {
    const { leader } = open(answer);
    const error = await assertRejects(() => leader.fetchOffset(P, 4, "latest", signal), KafkaError);
    assertEquals(error.code, code);
  }
});
