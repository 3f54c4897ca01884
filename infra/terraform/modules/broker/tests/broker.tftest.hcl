mock_provider "kubectl" {}

variables {
  namespace    = "shop"
  dead_letters = "deadletter"
}

run "in_memory_to_try_out" {
  command = plan
  assert {
    condition     = output.ingress == "http://broker-ingress.knative-eventing.svc.cluster.local/shop/redthread" && length(output.objects) == 3
    error_message = jsonencode(output.objects)
  }
  assert {
    condition     = output.objects["PingSource/timers"].spec.sink.ref.name == "redthread"
    error_message = jsonencode(output.objects["PingSource/timers"])
  }
}

run "kafka_keeps_a_customer_s_events_in_order" {
  command = plan
  variables {
    class = "kafka"
    kafka = { bootstrap_servers = "kafka.kafka:9092", auth_secret = "kafka-user" }
  }
  assert {
    condition = output.objects["ConfigMap/redthread-broker"].data == {
      "bootstrap.servers"                = "kafka.kafka:9092", "default.topic.partitions" = "10"
      "default.topic.replication.factor" = "3", "auth.secret.ref.name" = "kafka-user"
    }
    error_message = jsonencode(output.objects["ConfigMap/redthread-broker"])
  }
  assert {
    condition     = output.trigger_annotations["kafka.eventing.knative.dev/delivery.order"] == "ordered"
    error_message = jsonencode(output.trigger_annotations)
  }
  assert {
    condition     = output.objects["Broker/redthread"].metadata.annotations["eventing.knative.dev/broker.class"] == "Kafka" && startswith(output.ingress, "http://kafka-broker-ingress.")
    error_message = jsonencode(output.objects["Broker/redthread"])
  }
}

run "rabbitmq_has_an_ingress_of_its_own" {
  command = plan
  variables {
    class    = "rabbitmq"
    rabbitmq = { cluster = "rabbit", namespace = "rabbitmq" }
    timers   = null
  }
  assert {
    condition     = output.objects["RabbitmqBrokerConfig/redthread-broker"].spec == { rabbitmqClusterReference = { name = "rabbit", namespace = "rabbitmq" }, queueType = "quorum" }
    error_message = jsonencode(output.objects)
  }
  assert {
    condition     = output.ingress == "http://redthread-broker-ingress.shop.svc.cluster.local" && !contains(keys(output.objects), "PingSource/timers")
    error_message = output.ingress
  }
}

run "an_unknown_class_is_refused" {
  command = plan
  variables {
    class = "carrier-pigeon"
  }
  expect_failures = [var.class]
}

run "kafka_needs_servers" {
  command = plan
  variables {
    class = "kafka"
  }
  expect_failures = [var.kafka]
}

run "a_delay_is_a_length_of_time" {
  command = plan
  variables {
    delivery = { backoffDelay = "200ms" }
  }
  expect_failures = [var.delivery]
}
