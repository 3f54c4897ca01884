variable "project" {
  description = "Project of Google Cloud."
  type        = string
}

variable "location" {
  description = "Where the database is, e.g. europe-north1 or eur3. It cannot be moved."
  type        = string
}

variable "database" {
  description = "Name of the database: 4 to 63 small letters, digits and hyphens."
  type        = string
  default     = "redthread"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.database))
    error_message = "database is ${var.database}; expected 4 to 63 small letters, digits and hyphens, the first a letter."
  }
}

variable "prefix" {
  description = "What the collections' names begin with, for several suites in one database."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{0,100}$", var.prefix)) && !startswith(var.prefix, "__")
    error_message = "prefix is ${var.prefix}; expected at most 100 letters, digits, - and _, not beginning with __."
  }
}

variable "collections" {
  description = "Collections of documents."
  type        = set(string)
  default     = ["actions", "baskets", "deadletters", "exports", "identities", "journal", "products", "profiles", "receipts", "signatures", "stock", "stores", "threads", "together"]
}

variable "point_in_time_recovery" {
  description = "Whether the database can be read and restored as of any minute of the last seven days."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether the database is held against deletion, also by terraform destroy."
  type        = bool
  default     = true
}

variable "namespace" {
  description = "Namespace of the suite, whose service accounts get access."
  type        = string
  default     = "redthread"
}

variable "functions" {
  description = "Functions that get access, by their service accounts: all that are deployed."
  type        = set(string)
}

variable "cluster_project" {
  description = "Project of the GKE cluster, whose Workload Identity pool the service accounts are of; null: the project."
  type        = string
  default     = null
}
