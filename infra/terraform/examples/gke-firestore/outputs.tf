output "functions" {
  description = "Names of the functions that are deployed."
  value       = module.suite.functions
}

output "ingress" {
  description = "Address within the cluster where sources send their events."
  value       = module.suite.ingress
}

output "store" {
  description = "Where documents are."
  value       = module.store.store.url
}
