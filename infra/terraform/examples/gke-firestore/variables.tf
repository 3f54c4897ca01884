variable "project" {
  description = "Project of Google Cloud."
  type        = string
}

variable "region" {
  description = "Region or zone of the cluster."
  type        = string
}

variable "cluster" {
  description = "Name of the GKE cluster, with Knative installed and Workload Identity on."
  type        = string
}

variable "location" {
  description = "Where the database is, e.g. europe-north1 or eur3. It cannot be moved."
  type        = string
}

variable "database" {
  description = "Name of the database."
  type        = string
  default     = "redthread"
}

variable "deletion_protection" {
  description = "Whether the database is held against deletion."
  type        = bool
  default     = true
}

variable "image" {
  description = "Image with the Firestore driver, with a tag or digest: make image pushes it."
  type        = string
}

variable "namespace" {
  description = "Namespace of the suite."
  type        = string
  default     = "redthread"
}

variable "public_url" {
  description = "Where customers reach the pages."
  type        = string
}

variable "keys_secret" {
  description = "Secret of the namespace that holds IDENTITY_KEY and LINK_KEY."
  type        = string
  default     = "redthread-keys"
}

variable "smtp_secret" {
  description = "Secret of the namespace, and the key in it, that holds SMTP_URL."
  type        = object({ name = optional(string, "redthread-smtp"), key = optional(string, "url") })
  default     = {}
}

variable "functions" {
  description = "What is different for single functions. See modules/suite."
  type        = any
  default     = {}
}

variable "broker" {
  description = "The broker. See modules/suite."
  type        = any
  default     = {}
}
