import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { ControllerChannel } from "../../../cluster/server/controller_channel.ts";
import { producerIdAllocation } from "../../../cluster/server/producer_id_allocation.ts";

Deno.test("a broker asks for producer ids with its epoch as it is then", async () => {
  const asked: unknown[] = [];
  const answers = [{ errorCode: 0, producerIdStart: 3000, producerIdLen: 1000 }, {
    errorCode: errorCode("STALE_BROKER_EPOCH"),
    producerIdStart: -1,
    producerIdLen: -1,
  }];
  const send = (_api: unknown, request: unknown) => {
    asked.push(request);
    return Promise.resolve(answers[asked.length - 1]);
  };
  let epoch = 7;
  const allocate = producerIdAllocation(
    { send: send as ControllerChannel["send"] },
    2,
    () => epoch,
  );
  assertEquals(await allocate(), { firstProducerId: 3000, size: 1000 });
  epoch = 8;
  const { code } = await assertRejects(() => allocate(), KafkaError) as KafkaError;
  assertEquals(code, "STALE_BROKER_EPOCH");
  assertEquals(asked, [{ brokerId: 2, brokerEpoch: 7 }, { brokerId: 2, brokerEpoch: 8 }]);
});
