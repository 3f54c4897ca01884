mock_provider "kubectl" {}

variables {
  image = "registry.example/redthread:1"
}

run "the_whole_suite_is_applied" {
  command = apply
  assert {
    condition     = contains(output.functions, "collect") && output.namespace == "redthread"
    error_message = jsonencode(output.functions)
  }
}

run "with_kafka_and_a_function_less" {
  command = plan
  variables {
    broker    = { class = "kafka", kafka = { bootstrap_servers = "kafka:9092" } }
    functions = { socialcare = { enabled = false }, email = { secrets = { SMTP_URL = { name = "smtp", key = "url" } } } }
  }
  assert {
    condition     = !contains(output.functions, "socialcare") && output.ingress == "http://kafka-broker-ingress.knative-eventing.svc.cluster.local/redthread/redthread"
    error_message = output.ingress
  }
}
