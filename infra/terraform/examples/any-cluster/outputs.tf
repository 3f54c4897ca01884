output "functions" {
  description = "Names of the functions that are deployed."
  value       = module.suite.functions
}

output "namespace" {
  description = "Namespace of the suite."
  value       = module.suite.namespace
}

output "ingress" {
  description = "Address within the cluster where sources send their events."
  value       = module.suite.ingress
}

output "filters" {
  description = "CESQL texts of each Trigger, of which one must hold, by the Trigger's name."
  value       = module.suite.filters
}
