locals {
  # Types as they stand in names of objects: dev.redthread.order.placed.v1 is order-placed-v1.
  slugs = { for type in toset(var.emits) :
  type => trim(replace(lower(trimprefix(type, "dev.redthread.")), "/[^a-z0-9]+/", "-"), "-") }

  # The CESQL texts that infra/local gives its broker, too: function.Manifest's Expression.
  subscriptions = [for t in var.triggers : coalesce(join(" AND ", compact([
    t.type == "" ? "" : "type = '${t.type}'",
    var.group == "flows" ? "EXISTS profileid" : "",
    t.filter == "" ? "" : "(${t.filter})",
  ])), "TRUE")]

  sink = { ref = { apiVersion = "serving.knative.dev/v1", kind = "Service", name = var.name, namespace = var.namespace } }

  delivery = merge(
    { for name, value in var.delivery : name => value if value != null },
    var.dead_letters == null ? {} : { deadLetterSink = { ref = merge(local.sink.ref, { name = var.dead_letters }) } },
  )

  # One Trigger for all of them: a broker asks each Trigger of its about each event, and a
  # function gets an event once, however many of its subscriptions want it.
  trigger_objects = length(local.subscriptions) == 0 ? {} : { (var.name) = {
    apiVersion = "eventing.knative.dev/v1"
    kind       = "Trigger"
    metadata = merge(local.metadata,
    length(var.broker.trigger_annotations) == 0 ? {} : { annotations = var.broker.trigger_annotations })
    spec = {
      broker     = var.broker.name
      filters    = [{ any = [for cesql in local.subscriptions : { cesql = cesql }] }]
      subscriber = local.sink
      delivery   = local.delivery
    }
  } }

  event_types = { for type in toset(var.emits) : "${var.name}-${local.slugs[type]}" => {
    apiVersion = "eventing.knative.dev/v1beta2"
    kind       = "EventType"
    metadata   = merge(local.metadata, { name = "${var.name}-${local.slugs[type]}" })
    spec = {
      type      = type
      reference = { apiVersion = "eventing.knative.dev/v1", kind = "Broker", name = var.broker.name, namespace = var.namespace }
    }
  } }
}
