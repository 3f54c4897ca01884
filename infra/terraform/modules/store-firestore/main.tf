module "layout" {
  source      = "./layout"
  prefix      = var.prefix
  collections = var.collections
}

resource "google_project_service" "firestore" {
  project            = var.project
  service            = "firestore.googleapis.com"
  disable_on_destroy = false
}

resource "google_firestore_database" "documents" {
  project                           = var.project
  name                              = var.database
  location_id                       = var.location
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  app_engine_integration_mode       = "DISABLED"
  point_in_time_recovery_enablement = var.point_in_time_recovery ? "POINT_IN_TIME_RECOVERY_ENABLED" : "POINT_IN_TIME_RECOVERY_DISABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.deletion_protection ? "ABANDON" : "DELETE"
  depends_on                        = [google_project_service.firestore]
}

resource "google_firestore_index" "sorted" {
  for_each    = module.layout.indexes
  project     = var.project
  database    = google_firestore_database.documents.name
  collection  = each.value.collection
  query_scope = "COLLECTION"

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path = fields.value.path
      order      = fields.value.order
    }
  }
}

resource "google_firestore_field" "exempt" {
  for_each   = module.layout.fields
  project    = var.project
  database   = google_firestore_database.documents.name
  collection = each.value.collection
  field      = each.value.field

  index_config {} # none

  dynamic "ttl_config" {
    for_each = each.value.ttl ? [1] : []
    content {}
  }
}

locals {
  # Workload Identity Federation for GKE: the service account of Kubernetes is the principal
  # itself, without one of Google's between them.
  # https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
  pool = "principal://iam.googleapis.com/projects/${data.google_project.cluster.number}/locations/global/workloadIdentityPools/${data.google_project.cluster.project_id}.svc.id.goog"
}

data "google_project" "cluster" {
  project_id = coalesce(var.cluster_project, var.project)
}

# Reads and writes documents, in this database only.
resource "google_project_iam_member" "documents" {
  for_each = var.functions
  project  = var.project
  role     = "roles/datastore.user"
  member   = "${local.pool}/subject/ns/${var.namespace}/sa/${each.key}"

  condition {
    title      = "database-${var.database}"
    expression = "resource.name == \"projects/${var.project}/databases/${var.database}\""
  }
}
