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
  description = "CESQL text of each trigger, by the trigger's name."
  value       = module.suite.filters
}
