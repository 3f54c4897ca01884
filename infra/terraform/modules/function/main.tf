resource "kubectl_manifest" "service_account" {
  yaml_body = yamlencode(local.service_account)
}

resource "kubectl_manifest" "service" {
  yaml_body  = yamlencode(local.service)
  depends_on = [kubectl_manifest.service_account]
}

# A Trigger cannot be given another broker, only made anew.
resource "terraform_data" "broker" {
  input = var.broker.name
}

resource "kubectl_manifest" "trigger" {
  for_each   = local.trigger_objects
  yaml_body  = yamlencode(each.value)
  depends_on = [kubectl_manifest.service]
  lifecycle {
    replace_triggered_by = [terraform_data.broker]
  }
}

# An EventType cannot be altered, only made anew.
resource "kubectl_manifest" "event_type" {
  for_each  = local.event_types
  yaml_body = yamlencode(each.value)
  force_new = true
}
