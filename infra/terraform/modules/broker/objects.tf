locals {
  labels = {
    "app.kubernetes.io/part-of"    = "redthread"
    "app.kubernetes.io/managed-by" = "terraform"
  }
  metadata = { name = var.name, namespace = var.namespace, labels = local.labels }

  class = { in-memory = "MTChannelBasedBroker", kafka = "Kafka", rabbitmq = "RabbitMQBroker" }[var.class]

  # Where each class takes events in:
  # https://knative.dev/docs/eventing/brokers/broker-types/
  ingress = coalesce(var.ingress, {
    in-memory = "http://broker-ingress.knative-eventing.svc.${var.domain}/${var.namespace}/${var.name}"
    kafka     = "http://kafka-broker-ingress.knative-eventing.svc.${var.domain}/${var.namespace}/${var.name}"
    rabbitmq  = "http://${var.name}-broker-ingress.${var.namespace}.svc.${var.domain}"
  }[var.class])

  # Kafka keeps the events of one customer in order (their partitionkey); by default it
  # would not. RabbitMQ would deliver one event at a time.
  trigger_annotations = {
    in-memory = {}
    kafka     = { "kafka.eventing.knative.dev/delivery.order" = "ordered" }
    rabbitmq  = { "rabbitmq.eventing.knative.dev/parallelism" = try(tostring(var.rabbitmq.parallelism), "") }
  }[var.class]

  configs = {
    in-memory = {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata   = merge(local.metadata, { name = "${var.name}-broker" })
      data       = { channel-template-spec = "apiVersion: messaging.knative.dev/v1\nkind: InMemoryChannel\n" }
    }
    kafka = {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata   = merge(local.metadata, { name = "${var.name}-broker" })
      data = { for name, value in {
        "bootstrap.servers"                = try(var.kafka.bootstrap_servers, null)
        "default.topic.partitions"         = try(tostring(var.kafka.partitions), null)
        "default.topic.replication.factor" = try(tostring(var.kafka.replicas), null)
        "auth.secret.ref.name"             = try(var.kafka.auth_secret, null)
      } : name => value if value != null }
    }
    rabbitmq = {
      apiVersion = "eventing.knative.dev/v1alpha1"
      kind       = "RabbitmqBrokerConfig"
      metadata   = merge(local.metadata, { name = "${var.name}-broker" })
      spec = {
        rabbitmqClusterReference = { name = try(var.rabbitmq.cluster, null), namespace = try(var.rabbitmq.namespace, null) }
        queueType                = try(var.rabbitmq.queue, null)
      }
    }
  }
  config = local.configs[var.class]

  delivery = merge(
    { for name, value in var.delivery : name => value if value != null },
    var.dead_letters == null ? {} : { deadLetterSink = { ref = {
      apiVersion = "serving.knative.dev/v1", kind = "Service", name = var.dead_letters, namespace = var.namespace
    } } },
  )

  broker = {
    apiVersion = "eventing.knative.dev/v1"
    kind       = "Broker"
    metadata   = merge(local.metadata, { annotations = { "eventing.knative.dev/broker.class" = local.class } })
    spec = {
      config   = { apiVersion = local.config.apiVersion, kind = local.config.kind, name = local.config.metadata.name, namespace = var.namespace }
      delivery = local.delivery
    }
  }

  # A PingSource's events are all of the type dev.knative.sources.ping; the extension tells
  # the triggers (functions/intake/timers/function.yaml) that this one is for the timers.
  ping = var.timers == null ? null : {
    apiVersion = "sources.knative.dev/v1"
    kind       = "PingSource"
    metadata   = merge(local.metadata, { name = "timers" })
    spec = {
      schedule    = var.timers
      contentType = "application/json"
      data        = "{}"
      ceOverrides = { extensions = { tick = "timers" } }
      sink        = { ref = { apiVersion = "eventing.knative.dev/v1", kind = "Broker", name = var.name, namespace = var.namespace } }
    }
  }
}
