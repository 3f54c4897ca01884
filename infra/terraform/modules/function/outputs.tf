output "service" {
  description = "Name of the Knative Service, known once it was made."
  value       = var.name
  depends_on  = [kubectl_manifest.service]
}

output "filters" {
  description = "CESQL texts of its Trigger, of which one must hold, by the Trigger's name."
  value       = { for name in keys(local.trigger_objects) : name => local.subscriptions }
}

output "objects" {
  description = "All Kubernetes objects, as they are applied, by kind and name."
  value = merge(
    { "ServiceAccount/${var.name}" = local.service_account, "Service/${var.name}" = local.service },
    { for name, object in local.trigger_objects : "Trigger/${name}" => object },
    { for name, object in local.event_types : "EventType/${name}" => object },
  )
}
