import { assertEquals } from "@std/assert";
import { CONFIG_RESOURCE_TYPE, ConfigsImage } from "../../../cluster/controller/configs_image.ts";

const { TOPIC, BROKER } = CONFIG_RESOURCE_TYPE;

function set(
  image: ConfigsImage,
  resourceType: number,
  resourceName: string,
  name: string,
  value: string | null,
): void {
  image.replay({ resourceType, resourceName, name, value });
}

Deno.test("configs are kept by type and name of what has them", () => {
  const image = new ConfigsImage();
  set(image, TOPIC, "1", "retention.ms", "5");
  set(image, BROKER, "1", "log.cleaner.threads", "2");
  set(image, BROKER, "", "log.cleaner.threads", "3");
  assertEquals([...image.of(TOPIC, "1")], [["retention.ms", "5"]]);
  assertEquals([...image.of(BROKER, "1")], [["log.cleaner.threads", "2"]]);
  assertEquals([...image.of(BROKER, "")], [["log.cleaner.threads", "3"]]);
  assertEquals(image.of(TOPIC, "2").size, 0);
});

Deno.test("a resource is gone with the last of its configs", () => {
  const image = new ConfigsImage();
  set(image, TOPIC, "t", "a", "1");
  set(image, TOPIC, "t", "b", "2");
  set(image, TOPIC, "t", "a", null);
  assertEquals([...image.resources()], [{ type: TOPIC, name: "t" }]);
  set(image, TOPIC, "t", "b", null);
  set(image, TOPIC, "t", "never", null);
  assertEquals([...image.resources()], []);
});

Deno.test("the configs of something that is gone are gone", () => {
  const image = new ConfigsImage();
  set(image, TOPIC, "t", "a", "1");
  image.delete(TOPIC, "t");
  assertEquals([...image.resources()], []);
});
