locals {
  # Types as they stand in names of objects: dev.redthread.order.placed.v1 is order-placed-v1.
  slugs = { for type in setunion(var.emits, [for t in var.triggers : t.type]) :
  type => trim(replace(lower(trimprefix(type, "dev.redthread.")), "/[^a-z0-9]+/", "-"), "-") }

  # The CESQL text that infra/local gives its broker, too: function.Manifest's Expression.
  subscriptions = [for t in var.triggers : {
    slug = t.type == "" ? "any" : local.slugs[t.type]
    cesql = coalesce(join(" AND ", compact([
      t.type == "" ? "" : "type = '${t.type}'",
      var.group == "flows" ? "EXISTS profileid" : "",
      t.filter == "" ? "" : "(${t.filter})",
    ])), "TRUE")
  }]

  # A trigger is known by its type, so that the others stay when one comes or goes; several
  # of one type, by what they ask for, too.
  triggers = { for s in local.subscriptions : "${var.name}-${s.slug}${
    length([for other in local.subscriptions : other if other.slug == s.slug]) == 1 ? "" : "-${substr(sha1(s.cesql), 0, 6)}"
  }" => s.cesql }

  sink = { ref = { apiVersion = "serving.knative.dev/v1", kind = "Service", name = var.name, namespace = var.namespace } }

  delivery = merge(
    { for name, value in var.delivery : name => value if value != null },
    var.dead_letters == null ? {} : { deadLetterSink = { ref = merge(local.sink.ref, { name = var.dead_letters }) } },
  )

  trigger_objects = { for name, cesql in local.triggers : name => {
    apiVersion = "eventing.knative.dev/v1"
    kind       = "Trigger"
    metadata = merge(local.metadata, { name = name },
    length(var.broker.trigger_annotations) == 0 ? {} : { annotations = var.broker.trigger_annotations })
    spec = {
      broker     = var.broker.name
      filters    = [{ cesql = cesql }]
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
