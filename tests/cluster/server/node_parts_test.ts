import { assertEquals } from "@std/assert";
import type {
  ControllerDriver,
  MetadataListener,
} from "../../../cluster/controller/controller_driver.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import { followFromNow } from "../../../cluster/server/node_parts.ts";

Deno.test("a follower is told all that there is, and then every change", async () => {
  const image = new MetadataImage();
  const listeners: MetadataListener[] = [];
  const controller = {
    image,
    subscribe: (listener: MetadataListener) => listeners.push(listener),
  } as unknown as ControllerDriver;
  const told: boolean[] = [];
  const taken = Promise.resolve();
  const following = followFromNow(controller, (delta, of) => {
    assertEquals(of, image);
    told.push(delta.isWhole);
    return taken;
  });
  assertEquals([told, listeners.length], [[true], 1]);
  // Whoever starts waits until it is taken over.
  assertEquals(following, taken);
  await listeners[0]!(new MetadataDelta(), image);
  assertEquals(told, [true, false]);
});
