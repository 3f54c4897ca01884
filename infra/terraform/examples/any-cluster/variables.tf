variable "kubeconfig" {
  description = "File that says where the cluster is."
  type        = string
  default     = "~/.kube/config"
}

variable "context" {
  description = "Context of the kubeconfig; null: the current one."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of the suite."
  type        = string
  default     = "redthread"
}

variable "create_namespace" {
  description = "Whether the namespace is made here, held to the Pod Security Standard restricted. The Secrets must be in it before a function starts."
  type        = bool
  default     = true
}

variable "image" {
  description = "Image with the Postgres driver, with a tag or digest: make image pushes it."
  type        = string
}

variable "pull_secrets" {
  description = "Names of the Secrets of the namespace with which the image is pulled."
  type        = list(string)
  default     = []
}

variable "postgres_secret" {
  description = "Secret of the namespace, and the key in it, that holds the URL postgres://USER:PASSWORD@HOST/DATABASE."
  type        = object({ name = optional(string, "redthread-postgres"), key = optional(string, "url") })
  default     = {}
}

variable "keys_secret" {
  description = "Secret of the namespace that holds IDENTITY_KEY, with which identifiers are hashed, and LINK_KEY, which signs links to customers."
  type        = string
  default     = "redthread-keys"
}

variable "settings" {
  description = "Settings for every function that has them."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Further secret settings for every function that has them, by the Secret and the key in it."
  type        = map(object({ name = string, key = string }))
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

variable "delivery" {
  description = "How deliveries that fail are repeated. See modules/suite."
  type        = any
  default     = {}
}

variable "env" {
  description = "Environment variables of all functions."
  type        = map(string)
  default     = {}
}

variable "annotations" {
  description = "Annotations of all functions' revisions."
  type        = map(string)
  default     = {}
}

variable "outbox" {
  description = "Where channels write files until they have a provider (SMTP_URL, WEBHOOK_URL …): {} for folders that end with their instances, to try it out; { claim = NAME } of a PersistentVolumeClaim; null: nowhere, and such a channel does not start."
  type        = object({ claim = optional(string) })
  default     = {}
}

variable "manifests" {
  description = "Folder of the functions; null: that of this repository."
  type        = string
  default     = null
}
