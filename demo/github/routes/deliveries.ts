import { send } from "../deliver.ts";
import { found, ok, type Reply } from "../http/reply.ts";
import { type ApiRequest, idParam, type Route, route } from "../http/route.ts";
import { renderDelivery, renderDeliveryItem } from "../render/delivery.ts";

export const DELIVERY_ROUTES: readonly Route[] = [
  route("GET /app/hook/config", { access: { kind: "app" }, handle: getConfig }),
  route("GET /app/hook/deliveries", { access: { kind: "app" }, handle: listDeliveries }),
  route("GET /app/hook/deliveries/{delivery_id}", { access: { kind: "app" }, handle: getDelivery }),
  route("POST /app/hook/deliveries/{delivery_id}/attempts", {
    access: { kind: "app" },
    category: "edit",
    handle: redeliver,
  }),
];

function getConfig({ hub }: ApiRequest): Reply {
  return ok({ url: hub.webhookUrl ?? "", content_type: "json", insecure_ssl: "0", secret: "********" });
}

/** Newest first, paged by cursor: the id of the last delivery seen. */
function listDeliveries({ hub, url }: ApiRequest): Reply {
  const size = Math.min(Number(url.searchParams.get("per_page")) || 30, 100);
  const cursor = Number(url.searchParams.get("cursor") ?? Number.POSITIVE_INFINITY);
  const status = url.searchParams.get("status");
  const older = [...hub.store.deliveries.values()]
    .filter((row) => row.id < cursor && (status === null || (status === "success") === row.statusCode < 400))
    .sort((a, b) => b.id - a.id);
  const items = older.slice(0, size);
  const body = items.map(renderDeliveryItem);
  const last = items.at(-1);
  if (older.length <= size || last === undefined) return ok(body);
  const next = new URL(url);
  next.searchParams.set("cursor", String(last.id));
  return { ...ok(body), headers: { link: `<${next.href}>; rel="next"` } };
}

function getDelivery(request: ApiRequest): Reply {
  return ok(renderDelivery(found(request.hub.store.deliveries.get(idParam(request, "delivery_id")))));
}

/** The same GUID and payload once more; it becomes a delivery of its own. */
function redeliver(request: ApiRequest): Reply {
  const { hub } = request;
  const delivery = found(hub.store.deliveries.get(idParam(request, "delivery_id")));
  const { guid, event, action, installationId, repositoryId, payload, requestHeaders } = delivery;
  send(hub, { guid, event, action, installationId, repositoryId, payload, requestHeaders, redelivery: true });
  return { status: 202, body: {} };
}
