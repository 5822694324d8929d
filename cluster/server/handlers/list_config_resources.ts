/**
 * ListConfigResources (74): what has, or may have, configs. Version 0 knows the subscriptions of client metrics alone; version 1 the rest.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  type ConfigResource,
  listConfigResources,
  type ListConfigResourcesRequest,
  type ListConfigResourcesResponse,
} from "../../../client/protocol/messages/list_config_resources.ts";
import { CONFIG_RESOURCE_TYPE } from "../../controller/configs_image.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";
import { ListenerView } from "../listener_view.ts";

const { BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP, TOPIC } = CONFIG_RESOURCE_TYPE;

/** Types by version of the request. */
const TYPES: readonly (readonly number[])[] = [
  [CLIENT_METRICS],
  [GROUP, CLIENT_METRICS, BROKER_LOGGER, BROKER, TOPIC],
];

/** What the handler needs. */
export interface ListConfigResourcesHandlerOptions {
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** Handles ListConfigResources. */
export function listConfigResourcesHandler(
  { image }: ListConfigResourcesHandlerOptions,
): ApiHandler<ListConfigResourcesRequest, ListConfigResourcesResponse> {
  return {
    api: listConfigResources,
    handle({ resourceTypes }, { apiVersion, listenerName }) {
      const known = TYPES[apiVersion]!;
      if (resourceTypes.some((type) => !known.includes(type))) {
        return { errorCode: errorCode("UNSUPPORTED_VERSION") };
      }
      const wanted = known.filter((type) =>
        resourceTypes.length === 0 || resourceTypes.includes(type)
      );
      return {
        configResources: wanted.flatMap((resourceType) =>
          namesOf(image(), listenerName, resourceType).map((resourceName): ConfigResource => ({
            resourceName,
            resourceType,
          }))
        ),
      };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}

/** Topics and brokers are there with or without configs; groups and subscriptions are when they have some. */
function namesOf(image: MetadataImage, listenerName: string, type: number): string[] {
  switch (type) {
    case TOPIC:
      return [...image.topics.byName.keys()];
    case BROKER:
    case BROKER_LOGGER:
      return new ListenerView(image, listenerName).nodes.map(({ nodeId }) => String(nodeId));
    default:
      return [...image.configs.resources()].filter((resource) => resource.type === type)
        .map(({ name }) => name);
  }
}
