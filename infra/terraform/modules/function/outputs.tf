output "service" {
  description = "Name of the Knative Service, known once it was made."
  value       = var.name
  depends_on  = [kubectl_manifest.service]
}

output "filters" {
  description = "CESQL text of each trigger, by the trigger's name."
  value       = local.triggers
}

output "objects" {
  description = "All Kubernetes objects, as they are applied, by kind and name."
  value = merge(
    { "ServiceAccount/${var.name}" = local.service_account, "Service/${var.name}" = local.service },
    { for name, object in local.trigger_objects : "Trigger/${name}" => object },
    { for name, object in local.event_types : "EventType/${name}" => object },
  )
}
