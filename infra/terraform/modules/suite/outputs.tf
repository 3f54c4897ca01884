output "functions" {
  description = "Names of the functions that are deployed."
  value       = keys(local.functions)
  precondition {
    condition     = length(local.faults) == 0
    error_message = "What is to be deployed is wrong:\n${join("\n", local.faults)}"
  }
}

output "namespace" {
  description = "Namespace of the suite."
  value       = var.namespace
}

output "ingress" {
  description = "Address within the cluster where sources send their events."
  value       = module.broker.ingress
}

output "filters" {
  description = "CESQL texts of each Trigger, of which one must hold, by the Trigger's name."
  value       = merge([for f in module.function : f.filters]...)
}

output "objects" {
  description = "All Kubernetes objects, as they are applied, by kind and name."
  value = merge(concat(
    [for m in concat(values(module.function), [module.broker]) : m.objects],
    var.create_namespace ? [{ "Namespace/${var.namespace}" = local.namespace_object }] : [],
  )...)
}
