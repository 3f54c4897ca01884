output "name" {
  description = "Name of the Broker, known once it was made."
  value       = var.name
  depends_on  = [kubectl_manifest.broker]
}

output "ingress" {
  description = "Address where events are sent to it (K_SINK), known before it is made."
  value       = local.ingress
}

output "trigger_annotations" {
  description = "Annotations that its triggers should have."
  value       = local.trigger_annotations
}

output "objects" {
  description = "All Kubernetes objects, as they are applied, by kind and name."
  value = merge(
    { "${local.config.kind}/${local.config.metadata.name}" = local.config, "Broker/${var.name}" = local.broker },
    local.ping == null ? {} : { "PingSource/timers" = local.ping },
  )
}
