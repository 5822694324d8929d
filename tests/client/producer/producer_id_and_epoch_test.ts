import { assertEquals } from "@std/assert";
import {
  isSameProducer,
  isValidProducer,
  NO_PRODUCER,
  producerText,
} from "../../../client/producer/producer_id_and_epoch.ts";

Deno.test("a producer is its id and its epoch", () => {
  const producer = { producerId: 0, epoch: 3 };
  assertEquals([isValidProducer(producer), isValidProducer(NO_PRODUCER)], [true, false]);
  assertEquals(isSameProducer(producer, { producerId: 0, epoch: 3 }), true);
  assertEquals(isSameProducer(producer, { producerId: 0, epoch: 4 }), false);
  assertEquals(producerText(producer), "ProducerIdAndEpoch(producerId=0, epoch=3)");
});
