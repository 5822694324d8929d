/**
 * AlterConfigs (33), which Kafka has replaced by IncrementalAlterConfigs.
 *
 * @module
 */

import {
  alterConfigs as api,
  type AlterConfigsRequest,
  type AlterConfigsResponse,
} from "../../../client/protocol/messages/alter_configs.ts";
import { legacyAlterConfigs } from "../../controller/config_changes.ts";
import type { ApiHandler } from "../api_handler.ts";
import {
  alterationError,
  type AlterationWay,
  alterConfigs,
  type ConfigAlterationOptions,
} from "./config_alteration.ts";

const WHOLE: AlterationWay = { isIncremental: false, decide: legacyAlterConfigs };

/** Answers AlterConfigs: the configs of a resource are replaced. */
export function alterConfigsHandler(
  options: ConfigAlterationOptions,
): ApiHandler<AlterConfigsRequest, AlterConfigsResponse> {
  const { forwarding } = options;
  return {
    api,
    handle: (request, context) =>
      alterConfigs(
        options,
        request,
        WHOLE,
        forwarding?.isNeeded ? (part) => forwarding.forward(api, context, part) : undefined,
      ),
    onError: alterationError,
  };
}
