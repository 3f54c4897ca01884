mock_provider "kubectl" {}

variables {
  name      = "email"
  group     = "channels"
  namespace = "shop"
  image     = "registry.example:5000/redthread:1"
  store     = { url = "dynamodb://eu-north-1/shop", env = { AWS_REGION = "eu-north-1" } }
  broker    = { name = "redthread", ingress = "http://ingress.example/shop/redthread", trigger_annotations = { order = "kept" } }
  triggers = [
    { type = "dev.redthread.action.requested.v1", filter = "channel = 'email'" },
    { type = "dev.redthread.action.requested.v1", filter = "channel = 'post'" },
    { filter = "EXISTS knativeerrordest" },
  ]
  settings = { OUTBOX = "outbox", TRACK = "clicks", LINK_KEY = "", SES_URL = "" }
  secrets  = { LINK_KEY = { name = "keys", key = "link" } }
}

run "settings_are_plain_or_by_reference" {
  command = plan
  assert {
    condition = jsonencode(local.env) == jsonencode([
      { name = "AWS_REGION", value = "eu-north-1" },
      { name = "FUNCTION", value = "email" },
      { name = "GOMEMLIMIT", value = "230MiB" },
      { name = "K_SINK", value = "http://ingress.example/shop/redthread" },
      { name = "OUTBOX", value = "outbox" },
      { name = "STORE", value = "dynamodb://eu-north-1/shop" },
      { name = "TRACK", value = "clicks" },
      { name = "LINK_KEY", valueFrom = { secretKeyRef = { name = "keys", key = "link" } } },
    ])
    error_message = jsonencode(local.env)
  }
}

run "one_trigger_asks_for_all_subscriptions" {
  command = plan
  assert {
    condition = jsonencode(output.filters) == jsonencode({ email = [
      "type = 'dev.redthread.action.requested.v1' AND (channel = 'email')",
      "type = 'dev.redthread.action.requested.v1' AND (channel = 'post')",
      "(EXISTS knativeerrordest)",
    ] })
    error_message = jsonencode(output.filters)
  }
  assert {
    condition     = output.objects["Trigger/email"].spec.filters[0].any[2].cesql == "(EXISTS knativeerrordest)"
    error_message = jsonencode(output.objects["Trigger/email"])
  }
  assert {
    condition     = alltrue([for name, o in output.objects : o.metadata.annotations.order == "kept" if startswith(name, "Trigger/")])
    error_message = "the broker's annotations are missing"
  }
}

run "flows_get_events_of_known_customers_only" {
  command = plan
  variables {
    group    = "flows"
    triggers = [{ type = "a.b" }, { filter = "flow = 'x'" }]
  }
  assert {
    condition     = jsonencode(output.filters) == jsonencode({ email = ["type = 'a.b' AND EXISTS profileid", "EXISTS profileid AND (flow = 'x')"] })
    error_message = jsonencode(output.filters)
  }
}

run "files_and_the_outbox_are_volumes" {
  command = plan
  variables {
    outbox = { claim = "letters" }
    files  = { brand = { config_map = "brand" }, ca = { secret = "smtp-ca" } }
  }
  assert {
    condition = jsonencode(local.volumes) == jsonencode([
      { name = "outbox", persistentVolumeClaim = { claimName = "letters" } },
      { name = "files-brand", configMap = { name = "brand" } },
      { name = "files-ca", secret = { secretName = "smtp-ca" } },
    ])
    error_message = jsonencode(local.volumes)
  }
  assert {
    condition     = local.container.volumeMounts[*].mountPath == ["/outbox", "/files/brand", "/files/ca"] && local.plain.OUTBOX == "/outbox"
    error_message = jsonencode(local.container)
  }
}

run "a_folder_that_ends_with_the_instance" {
  command = plan
  variables {
    outbox = {}
  }
  assert {
    condition     = jsonencode(local.volumes) == jsonencode([{ name = "outbox", emptyDir = { sizeLimit = "64Mi" } }])
    error_message = jsonencode(local.volumes)
  }
}

run "only_what_is_public_can_be_reached_from_outside" {
  command = plan
  variables {
    public = true
  }
  assert {
    condition     = !contains(keys(output.objects["Service/email"].metadata.labels), "networking.knative.dev/visibility")
    error_message = jsonencode(output.objects["Service/email"].metadata)
  }
}

run "an_image_has_a_tag" {
  command = plan
  variables {
    image = "registry.example:5000/redthread"
  }
  expect_failures = [var.image]
}

run "the_tag_is_not_latest" {
  command = plan
  variables {
    image = "registry.example/redthread:latest"
  }
  expect_failures = [var.image]
}

run "a_password_in_the_store_s_url_is_refused" {
  command = plan
  variables {
    store = { url = "postgres://me:hush@db/shop" }
  }
  expect_failures = [var.store]
}

run "a_store_is_one_of_two" {
  command = plan
  variables {
    store = { url = "postgres://me@db/shop", secret = { name = "a", key = "b" } }
  }
  expect_failures = [var.store]
}
