mock_provider "kubectl" {}

variables {
  image = "registry.example/redthread@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  store = { secret = { name = "postgres", key = "url" } }
}

run "all_functions_of_the_repository" {
  command = plan
  assert {
    condition     = toset(output.functions) == toset([for file in fileset("../../../../functions", "*/*/function.yaml") : basename(dirname(file))])
    error_message = jsonencode(output.functions)
  }
}

run "a_function_is_switched_off_with_all_it_has" {
  command = plan
  variables {
    functions = { socialcare = { enabled = false } }
  }
  assert {
    condition     = !contains(output.functions, "socialcare") && length([for name in keys(output.objects) : name if strcontains(name, "socialcare")]) == 0
    error_message = jsonencode(keys(output.objects))
  }
}

run "without_timers_and_dead_letters_nothing_refers_to_them" {
  command = plan
  variables {
    functions = { timers = { enabled = false }, deadletter = { enabled = false } }
  }
  assert {
    condition     = !contains(keys(output.objects), "PingSource/timers") && !can(output.objects["Broker/redthread"].spec.delivery.deadLetterSink)
    error_message = jsonencode(output.objects["Broker/redthread"])
  }
}

run "what_is_said_for_one_goes_before_what_is_said_for_all" {
  command = plan
  variables {
    create_namespace = false
    namespace        = "shop"
    settings         = { PUBLIC_URL = "https://shop.example", RATE = "5" }
    secrets          = { LINK_KEY = { name = "keys", key = "link" } }
    env              = { OTEL_EXPORTER_OTLP_ENDPOINT = "http://otel:4317" }
    annotations      = { "autoscaling.knative.dev/window" = "6s" }
    service_accounts = { email = { role = "a" } }
    functions = {
      email = {
        image    = "registry.example/redthread:2"
        settings = { RATE = "9" }
        secrets  = { SMTP_URL = { name = "smtp", key = "url" } }
        scale    = { max = 2 }
      }
    }
  }
  assert {
    condition     = local.functions.email.settings.RATE == "9" && local.functions.sms.settings.RATE == "5" && !contains(keys(local.functions.collect.settings), "RATE")
    error_message = jsonencode(local.functions)
  }
  assert {
    condition     = jsonencode(local.functions.email.secrets) == jsonencode({ LINK_KEY = { name = "keys", key = "link" }, SMTP_URL = { name = "smtp", key = "url" } })
    error_message = jsonencode(local.functions.email.secrets)
  }
  assert {
    condition     = local.functions.email.scale == { min = 0, max = 2, concurrency = 50 }
    error_message = jsonencode(local.functions.email.scale)
  }
  assert {
    condition     = local.functions.email.image == "registry.example/redthread:2" && local.functions.sms.image == var.image
    error_message = jsonencode(local.functions.email.image)
  }
  assert {
    condition     = output.objects["ServiceAccount/email"].metadata.annotations.role == "a" && output.objects["Service/email"].spec.template.metadata.annotations["autoscaling.knative.dev/window"] == "6s"
    error_message = jsonencode(output.objects["Service/email"])
  }
  assert {
    condition     = alltrue([for name, o in output.objects : o.metadata.namespace == "shop"]) && !contains(keys(output.objects), "Namespace/shop")
    error_message = jsonencode(keys(output.objects))
  }
}

run "applied_and_taken_away" {
  command = apply
  assert {
    condition     = length(output.functions) > 10
    error_message = jsonencode(output.functions)
  }
}

run "a_setting_nobody_has" {
  command = plan
  variables {
    settings = { PUBLIC_ULR = "https://shop.example" }
  }
  expect_failures = [output.functions]
}

run "a_folder_without_functions" {
  command = plan
  variables {
    manifests = "tests"
  }
  expect_failures = [output.functions]
}
