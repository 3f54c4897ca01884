# A Broker's class and configuration cannot be altered: another one is another Broker.
resource "terraform_data" "kind" {
  input = { class = local.class, config = local.config }
}

resource "kubectl_manifest" "config" {
  yaml_body = yamlencode(local.config)
}

resource "kubectl_manifest" "broker" {
  yaml_body  = yamlencode(local.broker)
  depends_on = [kubectl_manifest.config]
  lifecycle {
    replace_triggered_by = [terraform_data.kind]
  }
}

resource "kubectl_manifest" "timers" {
  count      = local.ping == null ? 0 : 1
  yaml_body  = yamlencode(local.ping)
  depends_on = [kubectl_manifest.broker]
}
